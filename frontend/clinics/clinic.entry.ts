/** Styles of the list, the form and the day; they need no script of their own. */
import './clinic.css';
import './pages.css';
