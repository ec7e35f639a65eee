/** The page of one case: its dialogs and their repeated rows. */

import './case.css';
import { watchDialogs } from './dialogs.ts';
import { watchRows } from './rows.ts';

watchDialogs();
watchRows();
