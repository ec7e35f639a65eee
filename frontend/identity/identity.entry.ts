/** Styles of sign-in, invitation and verification; they need no script of their own. */
import './identity.css';
