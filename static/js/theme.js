// Light, dark or the device's choice: shown at once, kept on the person's profile or, for visitors, in a cookie.
import { post } from "./http.js";

// Where a row of places scrolls sideways, the one where we are is in sight.
document.querySelectorAll(".sub [aria-current], .tabs [aria-current]").forEach((place) => place.scrollIntoView({ block: "nearest", inline: "center" }));

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-theme-form]");
  if (event.submitter?.name !== "theme" || !form) return;
  event.preventDefault();
  const chosen = event.submitter.value;
  document.documentElement.dataset.theme = chosen === "system" ? "" : chosen;
  form.querySelectorAll("[name=theme]").forEach((button) => button.setAttribute("aria-pressed", String(button === event.submitter)));
  const url = form.dataset.themeForm;
  if (url) post(url, { theme: chosen });
  else document.cookie = `theme=${chosen}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
});
