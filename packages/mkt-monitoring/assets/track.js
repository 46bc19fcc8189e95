// Page views and what happens on a page. No cookie, no storage, nothing that identifies anybody.
// scripts/tracking_script.py makes static/mkt_monitoring/track.js of it, which must stay below 1 KiB compressed.
((document, navigator, performance, on) => {
  const { to, page, event } = document.currentScript.dataset;
  if (navigator.globalPrivacyControl || navigator.doNotTrack == 1) return;

  let queue = [];
  let timer;
  const send = () => {
    if (queue[0]) navigator.sendBeacon(to, JSON.stringify(queue.splice(0)));
  };
  const add = (name, props) => {
    queue.push({ name, props, url: location.href, page, referrer: document.referrer });
    clearTimeout(timer);
    timer = setTimeout(send, 1e3);
  };

  // Both are told as what was gained since they were last told, as a tab may be left and come back to.
  let since = 0;
  let seen = 0;
  let told = 0;
  const look = () => {
    seen = Math.min(
      100,
      Math.max(seen, Math.round(((scrollY + innerHeight) / document.documentElement.scrollHeight) * 100)),
    );
  };
  const begin = () => {
    since = performance.now();
    seen = told = 0;
    look();
    add(event);
  };

  // Web Vitals, as their definitions have it: https://web.dev/articles/vitals
  let vitals = { CLS: 0 };
  let run = 0;
  let first = 0;
  let last = 0;
  const watch = (type, note) =>
    new PerformanceObserver((list) => list.getEntries().map(note)).observe({ type, buffered: true });
  watch("navigation", (entry) => (vitals.TTFB = Math.max(0, entry.responseStart - (entry.activationStart || 0))));
  watch("largest-contentful-paint", (entry) => (vitals.LCP = entry.startTime));
  watch("event", (entry) => {
    if (entry.interactionId) vitals.INP = Math.max(vitals.INP || 0, entry.duration);
  });
  watch("layout-shift", (entry) => {
    if (entry.hadRecentInput) return;
    // A run of shifts ends after a second without any, and after five seconds.
    if (entry.startTime - last > 1e3 || entry.startTime - first > 5e3) {
      run = 0;
      first = entry.startTime;
    }
    last = entry.startTime;
    run += entry.value;
    vitals.CLS = Math.max(vitals.CLS, run);
  });

  on("visibilitychange", () => {
    if (document.hidden) {
      add("time_on_page", { seconds: Math.round((performance.now() - since) / 1e3) });
      if (seen > told) add("scroll_depth", { percent: seen - told });
      told = seen;
      // Once: what a page is like is known when it is left for the first time.
      for (const metric in vitals) add("web_vital", { metric, value: vitals[metric] });
      vitals = 0;
      send();
    }
    since = performance.now();
  });
  const click = (happened) => {
    const own = happened.target.closest("[data-mkt-event]");
    const link = happened.target.closest("a[href]");
    if (own) add(own.dataset.mktEvent, JSON.parse(own.dataset.mktProps || "{}"));
    if (!link) return;
    // The server drops the query.
    const props = { url: link.href };
    if (link.host && link.host != location.host) add("outbound_click", props);
    else if (link.download || /\/documents\/\d|\.(?!html?$|php$)\w{2,4}$/.test(link.pathname)) add("download", props);
  };
  on("click", click);
  on("auxclick", click);
  on("mkt:track", (told) => add(told.detail.name, told.detail.props));
  on("scroll", look);
  if (document.prerendering) on("prerenderingchange", begin);
  else begin();
  addEventListener("pageshow", (shown) => shown.persisted && begin());
})(document, navigator, performance, (type, call) => document.addEventListener(type, call));
