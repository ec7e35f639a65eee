/** The viewer's toolbar. It holds no state of its own: the viewer's `ui()` is drawn, presses go to `run()`. */
import type { ComponentChildren } from 'preact';
import { useEffect, useReducer } from 'preact/hooks';
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
      <span aria-hidden="true" dangerouslySetInnerHTML={{ __html: ICONS[icon] }} />
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

function Presets({ ui, run }: Part) {
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
      {ui.presets.length > 0 ? <hr /> : null}
    </>
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
          class="vw-fps"
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

function Turning({ ui, run }: Part) {
  return (
    <>
      <IconButton icon="rotate" label={t('顺时针旋转')} hint="R" onPress={() => run({ do: 'rotate' })} />
      <IconButton
        icon="flip"
        label={t('左右翻转')}
        hint="E"
        pressed={ui.state?.flip ?? false}
        onPress={() => run({ do: 'flip' })}
      />
      <IconButton
        icon="invert"
        label={t('反相')}
        hint="I"
        pressed={ui.state?.invert ?? false}
        onPress={() => run({ do: 'invert' })}
      />
      <IconButton icon="reset" label={t('复位')} hint="0" onPress={() => run({ do: 'reset' })} />
    </>
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

export function Toolbar({ viewer, without = [], children }: ToolbarProps) {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => viewer.subscribe(() => redraw(undefined)), [viewer]);
  const ui = viewer.ui();
  const run = (action: Action) => viewer.run(action);
  const marks = marking().filter(([tool]) => tool !== 'pointer' || !without.includes('pointer'));
  return (
    <div class="vw-tools" role="toolbar" aria-label={t('阅片工具')}>
      <Tools ui={ui} run={run} list={moving()} />
      <Turning ui={ui} run={run} />
      <hr />
      <Tools ui={ui} run={run} list={marks} />
      <IconButton icon="undo" label={t('撤销最后一个标注')} onPress={() => run({ do: 'undo' })} />
      {ui.selected ? (
        <IconButton icon="trash" label={t('删除选中的标注')} onPress={() => run({ do: 'delete' })} />
      ) : null}
      <hr />
      <Presets ui={ui} run={run} />
      <Film ui={ui} viewer={viewer} run={run} />
      {without.includes('compare') ? null : <Pair ui={ui} run={run} />}
      <IconButton icon="full" label={t('全屏')} pressed={ui.fullscreen} onPress={() => run({ do: 'fullscreen' })} />
      <IconButton icon="keyboard" label={t('全部快捷键')} hint="?" onPress={() => run({ do: 'help' })} />
      {without.includes('keyImage') ? null : (
        <button type="button" class="vw-key" onClick={() => run({ do: 'keyImage' })}>
          <span aria-hidden="true" dangerouslySetInnerHTML={{ __html: ICONS.keyImage }} />
          {t('存为关键图')} <u aria-hidden="true">K</u>
        </button>
      )}
      {children}
    </div>
  );
}
