/* The page's edges: it fetches the document, makes elements of nodes, filters and copies. What is shown: render.js. */
import {mainNodes, matches, navNodes, operations} from "./render.js";

function element(node) {
  if (typeof node === "string")
    return document.createTextNode(node);
  const e = document.createElement(node.tag);
  for (const [name, value] of Object.entries(node.attrs))
    if (value !== undefined)
      e.setAttribute(name, value);
  e.append(...node.children.map(element));
  return e;
}

function applyFilter(ops, query) {
  const kept = new Set(ops.filter((op) => matches(op, query)).map((op) => op.id));

  for (const e of document.querySelectorAll("[data-op]"))
    e.hidden = !kept.has(e.dataset.op);
  for (const e of document.querySelectorAll("[data-group]"))
    e.hidden = !e.querySelector("[data-op]:not([hidden])");
  document.querySelector("[data-intro]").hidden = query.trim() !== "";
  document.getElementById("found").textContent = query.trim() ? `${kept.size} of ${ops.length} operations` : "";
  scrollTo(0, 0);
}

/* On plain HTTP from another machine there is no clipboard: then the text is selected, for the user to copy. */
async function copy(button) {
  const code = button.closest("figure").querySelector("code");

  try {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(code);
    button.textContent = "Selected";
  }
  setTimeout(() => button.textContent = "Copy", 1500);
}

/* The operation in view is marked in the list beside it. */
function followScroll() {
  const links = new Map([...document.querySelectorAll("nav li")].map((li) => [li.dataset.op, li.firstChild]));
  const list = document.querySelector("aside");
  const watch = new IntersectionObserver((entries) => {
    const seen = entries.find((e) => e.isIntersecting);

    if (!seen)
      return;
    for (const [id, link] of links)
      if (id === seen.target.id)
        link.setAttribute("aria-current", "location");
      else
        link.removeAttribute("aria-current");
    if (getComputedStyle(list).position === "sticky") // else it is above, and would be scrolled to
      links.get(seen.target.id).scrollIntoView({block: "nearest"});
  }, {rootMargin: "-10% 0px -80% 0px"});

  document.querySelectorAll("article").forEach((a) => watch.observe(a));
}

function listen(ops) {
  const filter = document.getElementById("filter");

  filter.addEventListener("input", () => applyFilter(ops, filter.value));
  filter.form.addEventListener("submit", (event) => {
    event.preventDefault();
    document.querySelector("nav li:not([hidden]) a")?.click();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.copy");

    if (button)
      copy(button);
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);

    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      filter.focus();
    } else if (event.key === "Escape" && event.target === filter) {
      filter.value = "";
      applyFilter(ops, "");
    }
  });
}

async function show() {
  const main = document.getElementById("main");

  try {
    const doc = await (await fetch("/openapi.json")).json();
    const ops = operations(doc);

    document.title = `${doc.info.title} ${doc.info.version} API`;
    document.getElementById("version").textContent = doc.info.version;
    document.getElementById("nav").replaceChildren(...navNodes(doc, ops).map(element));
    main.replaceChildren(...mainNodes(doc, ops, location.origin).map(element));
    listen(ops);
    followScroll();
    if (location.hash)
      document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  } catch (fault) {
    main.textContent = `The description could not be shown (${fault.message}). It is at /openapi.yaml.`;
  }
}

show();
