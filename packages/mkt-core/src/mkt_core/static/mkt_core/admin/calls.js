/*
 * Carries out <mkt-admin-call hidden name="PageChooser" new args="[…]"> when it gets into the page: while the page is
 * parsed, or later with a fragment. Custom elements start at once, exactly when an inline script would have run.
 * Only functions and classes on the list of this script's own tag are called, whatever the page contains.
 */
(() => {
  const allowed = new Set((document.currentScript.dataset.names || "").split(" "));
  const waiting = [];

  // Draftail makes <style> elements while somebody types. Those in HTML that got into the page have no nonce.
  const nonce = document.currentScript.nonce;
  const createElement = Document.prototype.createElement;
  Document.prototype.createElement = function (name, options) {
    const element = createElement.call(this, name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  };

  // Forms that a chooser fetches bring their files along as <script src>. jQuery runs these as inline scripts: it
  // gets the nonce for files of ours, and for no others, since text that somebody uploaded is no script either.
  const files = document.currentScript.src.split("mkt_core/admin/calls")[0];
  const evalUrl = window.jQuery?._evalUrl;
  if (evalUrl) {
    window.jQuery._evalUrl = (url, options, doc) =>
      evalUrl(url, new URL(url, document.baseURI).href.startsWith(files) ? { ...options, nonce } : options, doc);
  }

  const find = (name) =>
    name.split(".").reduce((value, part) => (value == null ? value : value[part]), window);

  const carryOut = (name, args, isNew) => {
    const target = find(name);
    if (typeof target !== "function") return false;
    if (isNew) new target(...args);
    else target(...args);
    return true;
  };

  class AdminCall extends HTMLElement {
    connectedCallback() {
      if (this.done) return;
      this.done = true;
      const name = this.getAttribute("name");
      if (!allowed.has(name)) {
        console.error(`mkt-admin-call: ${name} is not on the list (MKT_CORE["ADMIN_SCRIPT_CALLS"])`);
        return;
      }
      const call = [name, JSON.parse(this.getAttribute("args") || "[]"), this.hasAttribute("new")];
      if (carryOut(...call)) return;
      // The file that defines it is still to come.
      if (document.readyState === "loading") waiting.push(call);
      else console.error(`mkt-admin-call: there is no ${name}`);
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    waiting.splice(0).forEach((call) => {
      if (!carryOut(...call)) console.error(`mkt-admin-call: there is no ${call[0]}`);
    });
  });
  customElements.define("mkt-admin-call", AdminCall);
})();
