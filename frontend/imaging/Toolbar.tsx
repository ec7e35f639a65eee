/** The viewer's toolbar. It holds no state of its own: the viewer's `ui()` is drawn, presses go to `run()`. */
import type { ComponentChildren } from 'preact';
import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import { t } from '../kernel/i18n.ts';
import { ICONS, type IconName } from './icons.ts';
import type { Action } from './keys.ts';
import type { ToolName } from './tools/tool.ts';
import type { Viewer, ViewerUi } from './viewer.ts';

export interface ToolbarProps {
  viewer: Viewer;
  /** Parts that a page does without: comparing, key images, the pointer (all shown if not said). */
  without?: readonly ('compare' | 'keyImage' | 'pointer')[];
  /** More buttons at the right end. */
  children?: ComponentChildren;
}

interface ButtonProps {
  icon: IconName;
  label: string;
  hint?: string;
  pressed?: boolean;
  disabled?: boolean;
  onPress: () => void;
}

function Icon({ name }: { name: IconName }) {
  return <span class="vw-icon" aria-hidden="true" dangerouslySetInnerHTML={{ __html: ICONS[name] }} />;
}

function IconButton({ icon, label, hint, pressed, disabled, onPress }: ButtonProps) {
  const name = hint ? `${label} ${hint}` : label;
  return (
    <button
      type="button"
      class="vw-tl"
      aria-label={name}
      title={name}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onPress}
    >
      <Icon name={icon} />
      {hint ? <u aria-hidden="true">{hint}</u> : null}
    </button>
  );
}

type ToolRow = readonly [ToolName, IconName, string, string];

const moving = (): ToolRow[] => [
  ['scroll', 'scroll', t('换层'), 'S'],
  ['window', 'contrast', t('调窗'), 'W'],
  ['pan', 'pan', t('平移'), 'P'],
  ['zoom', 'zoom', t('缩放'), 'Z'],
];
const marking = (): ToolRow[] => [
  ['length', 'ruler', t('测距'), 'L'],
  ['angle', 'angle', t('角度'), 'A'],
  ['ellipse', 'ellipse', t('椭圆区域'), 'O'],
  ['arrow', 'arrow', t('箭头加文字'), 'T'],
  ['pointer', 'pointer', t('指针'), 'X'],
];

type Part = { ui: ViewerUi; run: (action: Action) => void };

function Tools({ ui, run, list }: Part & { list: readonly ToolRow[] }) {
  return (
    <>
      {list.map(([tool, icon, label, hint]) => (
        <IconButton
          key={tool}
          icon={icon}
          label={label}
          hint={hint}
          pressed={ui.tool === tool}
          onPress={() => run({ do: 'tool', tool })}
        />
      ))}
    </>
  );
}

function PresetButtons({ ui, run }: Part) {
  const [centre, width] = ui.state?.window ?? [0, 0];
  return (
    <>
      {ui.presets.map(({ label, window }, at) => (
        <button
          key={label + window.join()}
          type="button"
          class="vw-pre"
          aria-pressed={window[0] === centre && window[1] === width}
          title={t('窗宽 {w} 窗位 {c}', { w: window[1], c: window[0] })}
          onClick={() => run({ do: 'preset', number: at + 1 })}
        >
          {label} <u aria-hidden="true">{at + 1}</u>
        </button>
      ))}
    </>
  );
}

/** The same in a narrow bar. */
function PresetMenu({ ui, run }: Part) {
  const [centre, width] = ui.state?.window ?? [0, 0];
  const current = ui.presets.findIndex(({ window }) => window[0] === centre && window[1] === width);
  return (
    <select
      class="vw-pick"
      aria-label={t('预设窗')}
      value={String(current + 1)}
      onChange={(event) => run({ do: 'preset', number: Number(event.currentTarget.value) })}
    >
      <option value="0" disabled>
        {t('预设窗')}
      </option>
      {ui.presets.map(({ label, window }, at) => (
        <option key={label + window.join()} value={String(at + 1)}>
          {at + 1} {label}
        </option>
      ))}
    </select>
  );
}

function Film({ ui, viewer, run }: Part & { viewer: Viewer }) {
  if (ui.total < 2) return null;
  const speeds = [...new Set([5, 10, 15, 25, 30, ui.fps])].sort((a, b) => a - b);
  return (
    <>
      <IconButton
        icon={ui.playing ? 'pause' : 'play'}
        label={ui.playing ? t('暂停') : t('播放')}
        onPress={() => run({ do: 'cine' })}
      />
      {ui.playing ? (
        <select
          class="vw-pick"
          aria-label={t('每秒帧数')}
          value={ui.fps}
          onChange={(event) => viewer.play(Number(event.currentTarget.value))}
        >
          {speeds.map((fps) => (
            <option key={fps} value={fps}>
              {fps}/s
            </option>
          ))}
        </select>
      ) : null}
    </>
  );
}

type MenuRow = readonly [Action, IconName, string, string];

const turning = (): MenuRow[] => [
  [{ do: 'rotate' }, 'rotate', t('顺时针旋转'), 'R'],
  [{ do: 'rotateBack' }, 'reset', t('逆时针旋转'), 'Shift+R'],
  [{ do: 'flip' }, 'flip', t('左右翻转'), 'E'],
  [{ do: 'invert' }, 'invert', t('反相'), 'I'],
  [{ do: 'fullscreen' }, 'full', t('全屏'), 'Shift+F'],
  [{ do: 'help' }, 'keyboard', t('全部快捷键'), '?'],
];

/** What is used less often. The list is placed against the window: the bar itself scrolls sideways and would clip it. */
function More({ run }: Pick<Part, 'run'>) {
  const place = (menu: HTMLDetailsElement) => {
    const box = menu.getBoundingClientRect();
    const list = menu.querySelector<HTMLElement>('ul');
    if (!list) return;
    list.style.left = `${Math.max(4, Math.min(box.left, window.innerWidth - 224))}px`;
    list.style.top = `${box.bottom + 4}px`;
  };
  const leave = (event: FocusEvent & { currentTarget: HTMLDetailsElement }) => {
    if (!event.currentTarget.contains(event.relatedTarget as Node | null)) event.currentTarget.open = false;
  };
  const shut = (event: KeyboardEvent & { currentTarget: HTMLDetailsElement }) => {
    if (event.key !== 'Escape' || !event.currentTarget.open) return;
    event.currentTarget.open = false;
    event.currentTarget.querySelector('summary')?.focus();
    event.stopPropagation();
  };
  return (
    <details class="vw-more" onToggle={(event) => place(event.currentTarget)} onFocusOut={leave} onKeyDown={shut}>
      <summary class="vw-tl" aria-label={t('更多')} title={t('更多')}>
        <Icon name="more" />
      </summary>
      <ul>
        {turning().map(([action, icon, label, hint]) => (
          <li key={label}>
            <button type="button" onClick={() => run(action)}>
              <Icon name={icon} />
              <span>{label}</span>
              <u aria-hidden="true">{hint}</u>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Pair({ ui, run }: Part) {
  const two = ui.layout === 2;
  const linked = ui.link === 'mm' ? t('联动滚动（按位置）') : t('联动滚动');
  return (
    <>
      <IconButton icon="columns" label={t('双窗对比')} hint="C" pressed={two} onPress={() => run({ do: 'compare' })} />
      <IconButton
        icon="link"
        label={linked}
        hint="J"
        pressed={ui.link !== null}
        disabled={!two}
        onPress={() => run({ do: 'link' })}
      />
    </>
  );
}

/** Below these widths in CSS pixels the preset windows are a menu, and the key image's button has no words. */
const NARROW = 960;
const TIGHT = 780;

function useWidth(bar: { current: HTMLDivElement | null }): number {
  const [width, setWidth] = useState(NARROW);
  useEffect(() => {
    const element = bar.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [bar]);
  return width;
}

export function Toolbar({ viewer, without = [], children }: ToolbarProps) {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => viewer.subscribe(() => redraw(undefined)), [viewer]);
  const bar = useRef<HTMLDivElement>(null);
  const width = useWidth(bar);
  const ui = viewer.ui();
  const run = (action: Action) => viewer.run(action);
  const marks = marking().filter(([tool]) => tool !== 'pointer' || !without.includes('pointer'));
  const Presets = width < NARROW ? PresetMenu : PresetButtons;
  return (
    <div class={width < TIGHT ? 'vw-tools is-tight' : 'vw-tools'} role="toolbar" aria-label={t('阅片工具')} ref={bar}>
      <Tools ui={ui} run={run} list={moving()} />
      <IconButton icon="reset" label={t('复位')} hint="0" onPress={() => run({ do: 'reset' })} />
      <More run={run} />
      <hr />
      <Tools ui={ui} run={run} list={marks} />
      <IconButton icon="undo" label={t('撤销最后一个标注')} onPress={() => run({ do: 'undo' })} />
      {ui.selected ? (
        <IconButton icon="trash" label={t('删除选中的标注')} onPress={() => run({ do: 'delete' })} />
      ) : null}
      <hr />
      {ui.presets.length > 0 ? <Presets ui={ui} run={run} /> : null}
      <Film ui={ui} viewer={viewer} run={run} />
      {without.includes('compare') ? null : <Pair ui={ui} run={run} />}
      {without.includes('keyImage') ? null : (
        <button type="button" class="vw-key" title={t('存为关键图')} onClick={() => run({ do: 'keyImage' })}>
          <Icon name="keyImage" />
          <span>{t('存为关键图')}</span> <u aria-hidden="true">K</u>
        </button>
      )}
      {children}
    </div>
  );
}
