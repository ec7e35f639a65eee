/** Styles of the to-do list; it needs no script of its own. */
import './followup.css';
