/** Loaded by every page: the styles of the frame and its small behaviours. */

import "./base.css";
import "./forms.css";
import "./layout.css";
import "./widgets.css";

import { watchConfirm } from "./confirm";
import { watchDrafts } from "./drafts";
import { watchConnection, watchDemoAccounts, watchLanguage, watchMenus, watchReveal, watchTimes } from "./page";
import { watchSession } from "./session";
import { watchKeys } from "./shortcuts";
import { guardSubmits } from "./submit";
import { watchToasts } from "./toast";

watchConfirm(); // first: it may hold a submission back before the others see it
guardSubmits();
watchDrafts();
watchKeys();
watchLanguage();
watchMenus();
watchReveal();
watchDemoAccounts();
watchToasts();
watchConnection();
watchTimes();
watchSession();
