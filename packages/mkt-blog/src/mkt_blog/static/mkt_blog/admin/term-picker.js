/*
 * Many terms in one field: chosen ones stand in a list, others are found while somebody types.
 * An ARIA combobox with a listbox: arrow keys, Enter, Escape; Backspace in the empty box removes the last term.
 */
(() => {
  const DELAY_MILLISECONDS = 150;

  class Picker {
    constructor(element) {
      this.element = element;
      this.chosen = element.querySelector("[data-mkt-picker-chosen]");
      this.input = element.querySelector("[role=combobox]");
      this.list = element.querySelector("[role=listbox]");
      this.active = -1;
      this.asked = 0;
      this.input.addEventListener("input", (event) => {
        // What is typed here is no part of the form.
        event.stopPropagation();
        this.searchLater();
      });
      this.input.addEventListener("focus", () => this.searchLater());
      this.input.addEventListener("blur", () => this.close());
      this.input.addEventListener("keydown", (event) => this.press(event));
      // Before the box loses the focus, which closes the list.
      this.list.addEventListener("mousedown", (event) => {
        event.preventDefault();
        const option = event.target.closest("[role=option]");
        if (option) this.choose(option);
      });
      this.chosen.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (button) this.remove(button.closest("li"));
      });
    }

    get options() {
      return [...this.list.querySelectorAll("[role=option]")];
    }

    searchLater() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.search(), DELAY_MILLISECONDS);
    }

    async search() {
      const number = ++this.asked;
      const url = new URL(this.element.dataset.url, document.baseURI);
      url.searchParams.set("q", this.input.value);
      let items = [];
      try {
        const response = await fetch(url, { headers: { Accept: "application/json" } });
        if (response.ok) items = (await response.json()).items;
      } catch {
        return;
      }
      if (number === this.asked && document.activeElement === this.input) this.show(items);
    }

    show(items) {
      const taken = new Set([...this.chosen.querySelectorAll("input")].map((input) => input.value));
      const free = items.filter((item) => !taken.has(String(item.id)));
      this.list.replaceChildren(...free.map((item, index) => this.option(item, index)));
      if (!free.length) {
        const nothing = document.createElement("li");
        nothing.className = "mkt-picker__nothing";
        nothing.textContent = this.element.dataset.nothing;
        this.list.append(nothing);
      }
      this.list.hidden = false;
      this.input.setAttribute("aria-expanded", "true");
      this.activate(-1);
    }

    option(item, index) {
      const option = document.createElement("li");
      option.id = `${this.list.id}-${index}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.id = item.id;
      option.textContent = item.label;
      return option;
    }

    activate(index) {
      this.active = index;
      this.options.forEach((option, position) => option.setAttribute("aria-selected", String(position === index)));
      const option = this.options[index];
      if (option) {
        this.input.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      } else {
        this.input.removeAttribute("aria-activedescendant");
      }
    }

    press(event) {
      const count = this.options.length;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (this.list.hidden) this.search();
        else if (count) this.activate((this.active + (event.key === "ArrowDown" ? 1 : count + (this.active < 0 ? 0 : -1))) % count);
      } else if (event.key === "Enter") {
        // Never the form's own button.
        event.preventDefault();
        if (this.options[this.active]) this.choose(this.options[this.active]);
      } else if (event.key === "Escape" && !this.list.hidden) {
        event.stopPropagation();
        this.close();
      } else if (event.key === "Backspace" && !this.input.value && this.chosen.lastElementChild) {
        this.remove(this.chosen.lastElementChild);
      }
    }

    choose(option) {
      const term = document.createElement("li");
      term.className = "mkt-picker__term";
      const input = document.createElement("input");
      input.type = "hidden";
      input.name = this.element.dataset.name;
      input.value = option.dataset.id;
      const label = document.createElement("span");
      label.textContent = option.textContent;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "mkt-picker__remove";
      button.setAttribute("aria-label", `${this.element.dataset.remove}: ${option.textContent}`);
      button.textContent = "×";
      term.append(input, label, button);
      this.chosen.append(term);
      this.input.value = "";
      this.close();
      this.changed();
    }

    remove(term) {
      term.remove();
      this.input.focus();
      this.changed();
    }

    close() {
      clearTimeout(this.timer);
      this.asked += 1;
      this.list.hidden = true;
      this.input.setAttribute("aria-expanded", "false");
      this.activate(-1);
    }

    /* Tells Wagtail, which keeps work by itself and renders the preview again. */
    changed() {
      this.element.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  const start = (root) =>
    root.querySelectorAll("[data-mkt-picker]:not([data-started])").forEach((element) => {
      element.dataset.started = "";
      new Picker(element);
    });

  document.addEventListener("DOMContentLoaded", () => start(document));
})();
