/** Before the session ends by idleness: a warning, then signing in again in place. Nothing typed is lost.
 *  GET /api/v1/session → {"expires_in_s": n} (asking does not prolong it);
 *  POST /api/v1/session {"username","password"} signs in and sets a new `mdt_csrf` cookie. */

const WARN_S = 120;
const ASK_AGAIN_MS = 60_000;
const ADDRESS = "/api/v1/session";

function csrfCookie(): string {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith("mdt_csrf=") || pair.startsWith("__Host-mdt_csrf="));
  return found ? decodeURIComponent(found.slice(found.indexOf("=") + 1)) : "";
}

/** The forms in the page carry the old session's token; give them the new one. */
function renewForms(): void {
  const token = csrfCookie();
  if (!token) return;
  document.querySelectorAll<HTMLInputElement>("input[name=csrf_token]").forEach((field) => (field.value = token));
}

/** Seconds left; 0 when already signed out, null when the line is down. */
async function secondsLeft(): Promise<number | null> {
  try {
    const answer = await fetch(ADDRESS, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (answer.status === 401) return 0;
    if (!answer.ok) return null;
    const body = (await answer.json()) as { expires_in_s?: number };
    return body.expires_in_s ?? null;
  } catch {
    return null;
  }
}

async function signIn(form: HTMLFormElement): Promise<string | null> {
  const entered = new FormData(form);
  try {
    const answer = await fetch(ADDRESS, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ username: entered.get("username"), password: entered.get("password") }),
    });
    if (answer.ok) return null;
    const problem = (await answer.json()) as { detail?: string };
    return problem.detail ?? form.dataset["refused"] ?? "";
  } catch {
    return form.dataset["offline"] ?? "";
  }
}

function bindDialog(dialog: HTMLDialogElement, then: () => void): void {
  const form = dialog.querySelector("form");
  const error = dialog.querySelector<HTMLElement>("[data-part=error]");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    void signIn(form).then((refusal) => {
      if (error) {
        error.hidden = refusal === null;
        error.textContent = refusal;
      }
      if (refusal !== null) return;
      form.reset();
      renewForms();
      dialog.close();
      then();
    });
  });
}

/** Ask once a minute and when the tab is looked at again. */
export function watchSession(): void {
  const dialog = document.getElementById("session-dialog");
  if (!(dialog instanceof HTMLDialogElement)) return;
  let timer = 0;
  const look = async (): Promise<void> => {
    window.clearTimeout(timer);
    const left = await secondsLeft();
    if (left !== null && left <= WARN_S && !dialog.open) {
      dialog.dataset["ended"] = left === 0 ? "yes" : "no";
      dialog.showModal();
    }
    const wait = left !== null && left > WARN_S ? Math.min(ASK_AGAIN_MS, (left - WARN_S) * 1000) : ASK_AGAIN_MS;
    timer = window.setTimeout(() => void look(), Math.max(wait, 1000));
  };
  bindDialog(dialog, () => void look());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void look();
  });
  void look();
}
