/** The keyboard map: one list feeds both the handler and the help. No DOM. */
import { t } from '../kernel/i18n.ts';
import type { ToolName } from './tools/tool.ts';

export type Action =
  | { do: 'tool'; tool: ToolName }
  | { do: 'scroll'; by: number }
  | { do: 'preset'; number: number }
  | { do: 'first' | 'last' | 'rotate' | 'rotateBack' | 'flip' | 'invert' | 'reset' | 'cine' | 'link' | 'compare' }
  | { do: 'other' | 'delete' | 'undo' | 'cancel' | 'keyImage' | 'fullscreen' | 'help' };

export interface KeyRow {
  /** As printed in the help. */
  keys: string;
  text: string;
}

type Stroke = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>;

const TOOL_KEYS: Readonly<Record<string, ToolName>> = {
  s: 'scroll',
  w: 'window',
  p: 'pan',
  z: 'zoom',
  l: 'length',
  a: 'angle',
  o: 'ellipse',
  t: 'arrow',
  x: 'pointer',
};

const PLAIN: Readonly<Record<string, Action>> = {
  arrowup: { do: 'scroll', by: -1 },
  arrowleft: { do: 'scroll', by: -1 },
  arrowdown: { do: 'scroll', by: 1 },
  arrowright: { do: 'scroll', by: 1 },
  pageup: { do: 'scroll', by: -10 },
  pagedown: { do: 'scroll', by: 10 },
  home: { do: 'first' },
  end: { do: 'last' },
  r: { do: 'rotate' },
  e: { do: 'flip' },
  i: { do: 'invert' },
  0: { do: 'reset' },
  ' ': { do: 'cine' },
  j: { do: 'link' },
  c: { do: 'compare' },
  q: { do: 'other' },
  k: { do: 'keyImage' },
  delete: { do: 'delete' },
  backspace: { do: 'delete' },
  escape: { do: 'cancel' },
  '?': { do: 'help' },
};

/** What a key press asks for; null where it is none of ours (the room has keys of its own). */
export function actionOf(stroke: Stroke): Action | null {
  const key = stroke.key.toLowerCase();
  if (stroke.ctrlKey || stroke.metaKey) return key === 'z' && !stroke.shiftKey ? { do: 'undo' } : null;
  if (stroke.altKey) return null;
  if (stroke.shiftKey) {
    if (key === 'r') return { do: 'rotateBack' };
    if (key === 'f') return { do: 'fullscreen' };
    return key === '?' ? { do: 'help' } : null;
  }
  const tool = TOOL_KEYS[key];
  if (tool) return { do: 'tool', tool };
  if (/^[1-6]$/.test(key)) return { do: 'preset', number: Number(key) };
  return PLAIN[key] ?? null;
}

/** The rows of the help, in the reader's language. */
export function keyRows(): KeyRow[] {
  return [
    { keys: '↑ ↓', text: t('上一层、下一层（滚轮、拖动也可以）') },
    { keys: 'PageUp PageDown', text: t('一次十层') },
    { keys: 'Home End', text: t('首层、末层') },
    { keys: 'S', text: t('拖动换层') },
    { keys: 'W', text: t('调窗（按住右键也可以）') },
    { keys: '1–6', text: t('预设窗') },
    { keys: 'P', text: t('平移（按住中键也可以）') },
    { keys: 'Z', text: t('缩放（Ctrl 加滚轮也可以）') },
    { keys: 'R Shift+R', text: t('顺时针、逆时针旋转') },
    { keys: 'E', text: t('左右翻转') },
    { keys: 'I', text: t('反相') },
    { keys: '0', text: t('复位') },
    { keys: 'L', text: t('测距') },
    { keys: 'A', text: t('角度') },
    { keys: 'O', text: t('椭圆区域') },
    { keys: 'T', text: t('箭头加文字') },
    { keys: 'X', text: t('指针') },
    { keys: 'Delete', text: t('删除选中的标注') },
    { keys: 'Ctrl+Z', text: t('撤销最后一个标注') },
    { keys: 'K', text: t('存为关键图') },
    { keys: t('空格'), text: t('电影播放、暂停') },
    { keys: 'C', text: t('双窗对比') },
    { keys: 'J', text: t('联动滚动') },
    { keys: 'Q', text: t('换到另一窗') },
    { keys: 'Shift+F', text: t('全屏') },
    { keys: 'Esc', text: t('取消') },
  ];
}
