/*
 * mkt-blog. Everything works without this file: links lead where they say.
 * With it, [data-mkt-copy] copies its address and [data-mkt-more] appends the next page.
 */
(() => {
  "use strict";

  /* What happened, for readers who do not see it. */
  const say = (text) => {
    let status = document.getElementById("mkt-status");
    if (!status) {
      status = document.createElement("p");
      status.id = "mkt-status";
      status.className = "mkt-hidden";
      status.setAttribute("role", "status");
      (document.querySelector(".mkt") || document.body).append(status);
    }
    status.textContent = "";
    setTimeout(() => { status.textContent = text; }, 50);
  };

  const copy = async (link) => {
    await navigator.clipboard.writeText(link.href);
    const label = link.textContent;
    if (label === link.dataset.mktCopied) return;
    link.textContent = link.dataset.mktCopied;
    say(link.dataset.mktCopied);
    setTimeout(() => { link.textContent = label; }, 2000);
  };

  const more = async (link) => {
    link.setAttribute("aria-busy", "true");
    const response = await fetch(link.href, { headers: { Accept: "text/html" } });
    if (!response.ok) throw new Error(String(response.status));
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const added = page.querySelectorAll("[data-mkt-posts] > *");
    const list = document.querySelector("[data-mkt-posts]");
    if (!added.length || !list) throw new Error("no posts");
    const message = link.dataset.mktLoaded;
    list.append(...added);
    document.querySelectorAll(".mkt-more, .mkt-pages").forEach((part) => {
      const next = page.querySelector(part.matches(".mkt-more") ? ".mkt-more" : ".mkt-pages");
      if (next) part.replaceWith(next); else part.remove();
    });
    added[0].querySelector(".mkt-card__title a")?.focus();
    say(message);
  };

  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest?.("a[data-mkt-copy], a[data-mkt-more]");
    if (!link || link.hasAttribute("aria-busy")) return;
    const copies = link.hasAttribute("data-mkt-copy");
    if (copies && !navigator.clipboard) return;
    event.preventDefault();
    (copies ? copy : more)(link).catch(() => { location.assign(link.href); });
  });
})();
