/** Loaded by every page: the styles of the frame and its small behaviours. */

import './tokens.css';
import './base.css';
import './buttons.css';
import './forms.css';
import './choices.css';
import './frame.css';
import './layout.css';
import './tables.css';
import './widgets.css';
import './progress.css';
import './messages.css';

import { watchConfirm } from './confirm.ts';
import { watchDrafts } from './drafts.ts';
import { forgetOthers, watchSignOut } from './owner.ts';
import {
  watchConnection,
  watchCopy,
  watchDemoAccounts,
  watchLanguage,
  watchMenus,
  watchReveal,
  watchTimes,
} from './page.ts';
import { watchSession } from './session.ts';
import { watchKeys } from './shortcuts.ts';
import { guardSubmits } from './submit.ts';
import { watchToasts } from './toast.ts';

forgetOthers(); // before anything reads what was kept
watchConfirm(); // first of those that hear submissions: it may hold a submission back before the others see it
guardSubmits();
watchDrafts();
watchKeys();
watchLanguage();
watchMenus();
watchReveal();
watchCopy();
watchDemoAccounts();
watchToasts();
watchConnection();
watchTimes();
watchSession();
watchSignOut();
