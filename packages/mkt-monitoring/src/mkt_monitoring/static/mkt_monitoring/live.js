// Ask for the figures every few seconds while somebody looks, or have them told, and exchange what has changed.
(() => {
  const live = document.querySelector("[data-mkt-live]");
  if (!live) return;
  const part = (name) => live.querySelector(`[data-mkt-${name}]`);
  const figures = part("figures");
  const bar = part("live-bar");
  const pause = part("pause");
  const stale = part("stale");
  const time = part("updated").querySelector("time");
  const shown = new Map();
  let etag = "";
  let timer = 0;
  let isPaused = false;
  let source = null;

  const stamp = () => {
    const now = new Date();
    time.dateTime = now.toISOString();
    time.textContent = now.toLocaleTimeString();
  };

  const exchange = (html) => {
    // A document of its own, in which no script runs.
    const fresh = new DOMParser().parseFromString(html, "text/html");
    for (const section of fresh.querySelectorAll("[id^=mkt-]:not([id^=mkt-] [id^=mkt-])")) {
      const old = document.getElementById(section.id);
      if (!old || shown.get(section.id)?.isEqualNode(section)) continue;
      // Somebody may be reading its table, with the keyboard.
      if (old.contains(document.activeElement) || old.querySelector("details[open]:hover")) continue;
      shown.set(section.id, section.cloneNode(true));
      for (const open of old.querySelectorAll("details[open]")) {
        const same = section.querySelector(`#${open.id}`);
        if (same) same.open = true;
      }
      old.replaceWith(section);
    }
  };

  const ask = async () => {
    clearTimeout(timer);
    if (document.hidden || isPaused) return;
    try {
      const headers = etag ? { "If-None-Match": etag } : {};
      const response = await fetch(live.dataset.mktLive, { headers, cache: "no-store", credentials: "same-origin" });
      if (response.status === 200) {
        exchange(await response.text());
        etag = response.headers.get("ETag") || "";
      }
      stale.hidden = response.status === 200 || response.status === 304;
      if (stale.hidden) stamp();
    } catch {
      stale.hidden = false;
    }
    timer = setTimeout(ask, live.dataset.mktSeconds * 1000);
  };

  // Where the server can keep a connection open for each reader, it tells of itself.
  const listen = () => {
    source = new EventSource(live.dataset.mktStream);
    const isFresh = () => {
      stale.hidden = true;
      stamp();
    };
    source.addEventListener("figures", (event) => {
      exchange(event.data);
      isFresh();
    });
    source.addEventListener("same", isFresh);
    source.addEventListener("old", () => (stale.hidden = false));
    source.addEventListener("full", poll);
    source.addEventListener("error", () => {
      stale.hidden = false;
      // Refused, or no stream at all; else the browser tries again by itself.
      if (source.readyState === EventSource.CLOSED) poll();
    });
  };

  const hush = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
  };

  const poll = () => {
    hush();
    delete live.dataset.mktStream;
    ask();
  };

  const follow = () => {
    hush();
    if (document.hidden || isPaused) return;
    if (live.dataset.mktStream && window.EventSource) listen();
    else ask();
  };

  pause.addEventListener("click", () => {
    isPaused = !isPaused;
    pause.setAttribute("aria-pressed", isPaused);
    follow();
  });
  document.addEventListener("visibilitychange", follow);
  // A page that the browser keeps for its button "back" keeps no connection.
  window.addEventListener("pagehide", hush);
  window.addEventListener("pageshow", (event) => event.persisted && follow());
  bar.hidden = false;
  stamp();
  if (live.dataset.mktStream && window.EventSource) follow();
  else timer = setTimeout(ask, live.dataset.mktSeconds * 1000);
})();
