/** Styles of the page of notices; it needs no script of its own. */
import './inbox.css';
