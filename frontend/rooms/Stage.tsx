/** The middle: the shared viewer with its tools, the list of series, who leads. */
import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Toolbar } from '../imaging/Toolbar.tsx';
import { Viewer } from '../imaging/viewer.ts';
import { t } from '../kernel/i18n.ts';
import { toast } from '../kernel/toast.ts';
import type { Paper } from './casefile.ts';
import { Films } from './Papers.tsx';
import type { Room } from './room.ts';
import { SeriesStrip } from './SeriesStrip.tsx';
import { type Library, opening, type Place } from './studies.ts';

/** Below this width in CSS pixels a prior is not opened beside the current study by itself. */
const WIDE = 1200;

export interface StageProps {
  room: Room;
  library: Library;
  /** The studies are known. */
  ready: boolean;
  /** Photographs of films, for a case that has nothing better. */
  photographs: Paper[];
  onKeyImage: () => void;
  onProgress: (arrived: number, total: number) => void;
}

async function openPlace(viewer: Viewer, library: Library, place: Place, viewport: number, own: boolean) {
  try {
    const { series, caption } = await library.open(place);
    viewer.open(series, caption, viewport, own ? 'user' : 'remote');
    library.grow(series, (more) => viewer.renew(more));
  } catch (error) {
    toast((error as Error).message, 'warn');
  }
}

/** What nobody has shown yet: the newest study, its prior beside it where there is room. */
async function openFirst(viewer: Viewer, library: Library, room: Room): Promise<void> {
  const { current, prior } = opening(library.studies);
  if (!current) return;
  await openPlace(viewer, library, current, 0, false);
  if (prior && window.innerWidth >= WIDE && !room.shared.following.knows) {
    await openPlace(viewer, library, prior, 1, false);
    viewer.toggleLink();
  }
  room.shared.opened();
}

/** One viewport or two; the second shows the prior, linked. Whoever leads takes the others along. */
async function compare(viewer: Viewer, library: Library, room: Room): Promise<void> {
  if (viewer.layout === 2) {
    viewer.setLayout(1);
  } else {
    const { current, prior } = opening(library.studies);
    const other = prior ?? current;
    if (!other) return;
    await openPlace(viewer, library, other, 1, true);
    if (!viewer.ui().link) viewer.toggleLink();
  }
  const state = viewer.state(0);
  if (state) room.shared.looked(state, true);
}

function makeViewer(host: HTMLElement, bar: HTMLElement, props: StageProps): Viewer {
  const { room, library } = props;
  const viewer = new Viewer(host, {
    me: room.me,
    colourOf: (person) => room.colourOf(person),
    keys: document,
    resolve: async (view) => {
      const found = await library.resolve(view);
      if (found) library.grow(found.series, (more) => viewer.renew(more));
      return found;
    },
    onChange: (state, cause) => {
      if (cause !== 'remote') room.shared.looked(state, cause === 'user' || cause === 'cine');
    },
    onProgress: props.onProgress,
    // Where one only reads, marks are one's own and stay here.
    onAnnotate: (annotation) => room.mayPost && room.shared.annotate(annotation),
    onRemove: (id) => room.mayPost && room.post('annotation_removed', { id }),
    onSketch: (annotation) => room.shared.sketch(annotation),
    onPointer: (pointer) => room.shared.pointAt(pointer),
    onKeyImage: props.onKeyImage,
    onCompare: () => void compare(viewer, library, room),
  });
  render(<Toolbar viewer={viewer} />, bar);
  return viewer;
}

function Empty({ ready, photographs }: { ready: boolean; photographs: Paper[] }) {
  if (photographs.length > 0) return <Films papers={photographs} />;
  return (
    <div class="stage-empty">
      <p>{ready ? t('这个病例还没有可以显示的影像。') : t('正在读取影像…')}</p>
    </div>
  );
}

export function Stage(props: StageProps) {
  const { room, library, ready, photographs } = props;
  const host = useRef<HTMLDivElement>(null);
  const bar = useRef<HTMLDivElement>(null);
  const [viewer, setViewer] = useState<Viewer | null>(null);
  const hasImages = library.places().length > 0;

  useEffect(() => {
    const [place, tools] = [host.current, bar.current];
    if (!place || !tools) return;
    const made = makeViewer(place, tools, props);
    setViewer(made);
    return () => {
      render(null, tools);
      made.close();
    };
  }, []);

  // What will most likely be opened is fetched while the log is still on its way.
  useEffect(() => {
    if (ready) void library.fetchAhead();
  }, [ready]);

  // The studies and the log both have to be here before it is known what to show.
  const known = ready && room.hasHistory;
  useEffect(() => {
    if (!viewer || !known) return;
    if (!room.shared.attach(viewer)) void openFirst(viewer, library, room);
  }, [viewer, known, hasImages]);

  // What was taken off the case, another patient's pictures perhaps, does not stay on the screen.
  useEffect(() => {
    if (!viewer || !known) return;
    const shown = [0, 1].flatMap((viewport) => viewer.state(viewport)?.series_uid ?? []);
    if (shown.every((uid) => library.find(uid))) return;
    viewer.setLayout(1);
    void openFirst(viewer, library, room);
  }, [library.studies]);

  const choose = (place: Place, viewport: number) => viewer && void openPlace(viewer, library, place, viewport, true);
  return (
    <>
      <div ref={bar} class="stage-tools" />
      <div class="stage-pictures">
        {viewer && library.places().length > 1 ? (
          <SeriesStrip library={library} viewer={viewer} onChoose={choose} />
        ) : null}
        <div ref={host} class="stage-viewer" hidden={!hasImages} />
        {hasImages ? null : <Empty ready={ready} photographs={photographs} />}
      </div>
    </>
  );
}
