/** What happened, as a sentence: lines of the talk, outcomes, refusals. */
import { t } from '../kernel/i18n.ts';
import type { Happening, Move } from './log.ts';

export function outcomeWord(outcome: string): string {
  const words: Record<string, string> = {
    decided: t('已形成结论'),
    again: t('再议'),
    deferred: t('延期'),
    not_reached: t('未讨论到'),
  };
  return words[outcome] ?? '';
}

export function stanceWord(stance: string): string {
  const words: Record<string, string> = {
    agree: t('同意'),
    agree_with_reservation: t('保留意见'),
    dissent: t('不同意见'),
    abstain: t('弃权'),
  };
  return words[stance] ?? '';
}

export function opinionWord(state: string): string {
  const words: Record<string, string> = {
    draft: t('起草中'),
    proposed: t('待签署'),
    issued: t('已签发'),
    superseded: t('已被更正'),
    abandoned: t('已放弃'),
  };
  return words[state] ?? '';
}

/** The name of a call's provider, which the wire has as a code. */
export function providerWord(provider: string): string {
  const words: Record<string, string> = { tencent: t('腾讯会议'), voov: 'VooV', jitsi: 'Jitsi', zoom: 'Zoom' };
  return words[provider] ?? t('视频通话');
}

type Say = (one: Happening, name: (person: unknown) => string) => string;

const LINES: Readonly<Record<string, Say>> = {
  agenda: ({ body }) => {
    if (body.action === 'start') return t('开始讨论，预算 {n} 分钟', { n: Number(body.minutes ?? 0) });
    if (body.action === 'extend') return t('讨论时间改为 {n} 分钟', { n: Number(body.minutes ?? 0) });
    return t('讨论结束：{outcome}', { outcome: outcomeWord(String(body.outcome ?? '')) });
  },
  lead: ({ body, by }, name) => {
    const to = String(body.to_name ?? '') || name(body.to);
    if (!body.to) return t('{name}结束了带看', { name: by.name });
    return body.to === by.id ? t('{name}开始带看', { name: by.name }) : t('{by}请{to}带看', { by: by.name, to });
  },
  join_left: ({ body }) => {
    const moves = body.moves as readonly Move[];
    const who = (action: string) => moves.filter((one) => one.action === action).map((one) => one.name);
    const [came, left] = [who('join').join(t('、')), who('leave').join(t('、'))];
    const said = [came && t('{name}进入', { name: came }), left && t('{name}离开', { name: left })];
    return said.filter(Boolean).join(t('；'));
  },
  poll: ({ body, by }) => t('{name}发起表决：{question}', { name: by.name, question: String(body.question ?? '') }),
  poll_closed: ({ body }) => t('表决结束，{n} 人投票', { n: Number(body.voters ?? 0) }),
  decision: ({ body }) => t('结论：{text}', { text: String(body.text ?? '') }),
  call: ({ body }) =>
    body.action === 'end'
      ? t('通话结束')
      : t('通话：{provider}', { provider: providerWord(String(body.provider ?? '')) }),
  consensus: ({ body, by }) => {
    const acts: Record<string, string> = {
      draft: t('{name}修改了会诊意见', { name: by.name }),
      propose: t('{name}提请签署会诊意见', { name: by.name }),
      sign: t('{name}签署：{stance}', { name: by.name, stance: stanceWord(String(body.stance ?? '')) }),
      unsign: t('{name}撤回签署', { name: by.name }),
      issue: t('会诊意见已签发'),
      abandon: t('{name}放弃了这份会诊意见', { name: by.name }),
      amend: t('{name}开始更正会诊意见', { name: by.name }),
    };
    return acts[String(body.action ?? '')] ?? t('会诊意见有更新');
  },
  file: ({ body, by }) => t('{name}附上文件 {file}', { name: by.name, file: String(body.name ?? '') }),
  note: ({ body }) => {
    const notes: Record<string, string> = {
      meeting_started: t('会议开始'),
      meeting_ended: t('会议结束'),
      images_added: t('新增影像 {n} 幅', { n: Number((body.params as { count?: number } | undefined)?.count ?? 0) }),
      images_removed: t('有影像移出本例'),
      images_arranged: t('影像资料有调整'),
      paper_added: t('新增一份资料'),
      paper_removed: t('移除一份资料'),
    };
    return notes[String(body.code ?? '')] ?? '';
  },
};

/** The sentence of a line that is no message; empty for what needs none. */
export function lineWords(one: Happening, name: (person: unknown) => string): string {
  return LINES[one.type]?.(one, name) ?? '';
}

export function evictedWords(code: string, isCase = true): string {
  if (code === 'session_ended') return t('您的登录已结束，会诊室已关闭。重新登录后可以再进入。');
  if (!isCase) return t('您已不再参加这次会议，会诊室已关闭。');
  return t('您已不再参加这个病例的会诊，会诊室已关闭。');
}
