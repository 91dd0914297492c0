// What a page can do beyond reading: search, colours, cards, TeX and data to take away, filters, folds that open for a
// link. Without it nothing is missing.
const nav = document.querySelector("nav"), contents = nav.querySelector("details");
const tools = document.createElement("div");
tools.className = "tools";
tools.innerHTML = '<input type="search" placeholder="Search" aria-label="Search the contents: words, claims, strengths"><button type="button">Light or dark</button>';
contents.querySelector("summary").after(tools);
contents.open = matchMedia("(min-width: 64.01rem)").matches;

// a heading is found by the words of its section's head: title, strength, novelty, gist
const entries = [...nav.querySelectorAll("li")].map(item => {
  const section = document.getElementById(decodeURIComponent(item.querySelector("a").hash.slice(1)));
  const head = section ? [...section.querySelectorAll(":scope > h1, :scope > h2, :scope > .status, :scope > .lead")] : [];
  return { item, section, words: head.map(part => part.textContent).join(" ").toLowerCase() };
});
tools.querySelector("input").addEventListener("input", event => {
  const wanted = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = new Set(entries.filter(({ words }) => wanted.every(word => words.includes(word))).map(({ item }) => item));
  for (const { item } of entries) item.hidden = !found.has(item) && ![...item.querySelectorAll("li")].some(inner => found.has(inner));
});

const root = document.documentElement, dark = matchMedia("(prefers-color-scheme: dark)");
tools.querySelector("button").addEventListener("click", () => {
  root.dataset.theme = (root.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark" ? "light" : "dark";
});

// a card says what a link or a symbol stands for; it stays while the pointer is on it, and Escape takes it away
const card = document.createElement("div");
Object.assign(card, { id: "hover", className: "hover", role: "tooltip", hidden: true });
document.body.append(card);
let owner = null, timer = 0;
const hide = () => {
  clearTimeout(timer);
  owner?.removeAttribute("aria-describedby");
  owner = null;
  card.hidden = true;
};
const show = ({ at, parts }) => {
  hide();
  owner = at;
  at.setAttribute("aria-describedby", "hover");
  // a card is no place for links
  card.replaceChildren(...parts().map(part => part.cloneNode(true)));
  for (const link of card.querySelectorAll("a")) link.replaceWith(...link.childNodes);
  card.hidden = false;
  const line = (at.matches(".copy") ? at.parentElement : at).getClientRects()[0], height = card.offsetHeight, below = line.bottom + 6;
  const top = below + height > innerHeight && line.top > height + 6 ? line.top - height - 6 : below;
  card.style.top = `${top + scrollY}px`;
  card.style.left = `${Math.max(8, Math.min(line.left, root.clientWidth - card.offsetWidth - 8)) + scrollX}px`;
};
const later = action => {
  clearTimeout(timer);
  timer = setTimeout(action, 250);
};

const words = (name, text) => Object.assign(document.createElement("p"), { className: name, textContent: text });
const headOf = section => {
  const [status, lead] = [".status", ".lead"].map(part => section.querySelector(`:scope > ${part}`));
  return [words("title", section.querySelector("h2").textContent), ...[lead, status].filter(Boolean)];
};
// symbols that no two things share: those of a face of their own, or made of parts
const notation = new Map();
for (const row of document.querySelectorAll("#setting .settings tr")) {
  const symbol = row.querySelector("math > :not(mo)");
  if (symbol?.matches("[mathvariant]") || symbol?.childElementCount) notation.set(symbol.outerHTML, row);
}
const about = target => {
  const link = target.closest('main a[href^="#claim-"]:not(svg a)');
  const section = link && document.getElementById(link.hash.slice(1));
  if (section && !section.contains(link)) return { at: link, parts: () => headOf(section) };
  // by the keyboard, all symbols of a displayed formula
  const button = target.closest(".copy");
  const within = button ? [...button.parentElement.querySelectorAll("math *")].map(part => part.outerHTML) : [];
  const symbols = [...notation.keys()].filter(symbol => within.includes(symbol));
  if (symbols.length) return { at: button, parts: () => symbols.map(symbol => notation.get(symbol)) };
  for (let part = target; part.closest("math") && !part.closest("#setting"); part = part.parentElement) {
    const symbol = part.outerHTML;
    if (notation.has(symbol)) return { at: part, parts: () => [notation.get(symbol)] };
  }
  return null;
};
document.addEventListener("mouseover", ({ target }) => {
  const found = card.contains(target) ? { at: owner } : about(target);
  if (found?.at === owner && found) clearTimeout(timer);
  else later(found ? () => show(found) : hide);
});
root.addEventListener("mouseleave", () => later(hide));
document.addEventListener("focusin", ({ target }) => {
  const found = about(target);
  if (found) show(found);
});
document.addEventListener("focusout", hide);
addEventListener("hashchange", hide);
document.addEventListener("keydown", ({ key }) => { if (key === "Escape") hide(); });

// formulas are copied as their TeX: a displayed one by its button, any within what is selected
const texOf = formula => formula.getAttribute("alttext") ?? formula.textContent;
const said = Object.assign(document.createElement("p"), { className: "said", role: "status" });
document.body.append(said);
for (const formula of document.querySelectorAll('main math[display="block"]')) {
  const box = Object.assign(document.createElement("span"), { className: "formula" });
  const button = Object.assign(document.createElement("button"), { type: "button", className: "copy", textContent: "Copy TeX" });
  // so that of many such buttons each is told from the others
  button.title = `of a formula in: ${formula.closest("section")?.querySelector("h1, h2, h3, h4")?.textContent.trim() ?? "this page"}`;
  formula.replaceWith(box);
  box.append(formula, button);
  button.addEventListener("click", async () => {
    const copied = await navigator.clipboard?.writeText(texOf(formula)).then(() => true, () => false);
    button.textContent = said.textContent = copied ? "Copied" : "Copying is not allowed here";
    setTimeout(() => { said.textContent = ""; button.textContent = "Copy TeX"; }, 2000);
  });
}
document.addEventListener("copy", event => {
  const chosen = getSelection(), part = document.createElement("div");
  for (let place = 0; place < chosen.rangeCount; place++) part.append(chosen.getRangeAt(place).cloneContents());
  if (!part.querySelector("math")) return;
  for (const button of part.querySelectorAll(".copy")) button.remove();
  for (const formula of part.querySelectorAll("math")) {
    const [before, after] = formula.getAttribute("display") ? ["\\[", "\\]"] : ["$", "$"];
    formula.replaceWith(before + texOf(formula) + after);
  }
  for (const block of part.querySelectorAll("p, li, tr, h1, h2, figcaption, summary")) block.append("\n");
  event.clipboardData.setData("text/plain", part.textContent.trim());
  event.preventDefault();
});

// the data of a figure are packed; without scripts they are saved as they are
for (const link of "DecompressionStream" in window ? document.querySelectorAll("a.csv") : []) {
  link.addEventListener("click", async event => {
    event.preventDefault();
    const packed = (await fetch(link.href)).body.pipeThrough(new DecompressionStream("gzip"));
    const saved = Object.assign(document.createElement("a"), { download: link.download.replace(/\.gz$/, "") });
    saved.href = URL.createObjectURL(new Blob([await new Response(packed).blob()], { type: "text/csv" }));
    saved.click();
    setTimeout(() => URL.revokeObjectURL(saved.href), 10000);
  });
}

for (const slider of document.querySelectorAll(".slider")) {
  const [input, output, drawing] = ["input", "output", "svg"].map(name => slider.querySelector(name));
  const frames = [...drawing.querySelectorAll("[data-says]")];
  const move = () => {
    frames.forEach((frame, place) => frame.toggleAttribute("hidden", place !== input.valueAsNumber));
    const says = frames[input.valueAsNumber].dataset.says;
    output.textContent = says;
    input.setAttribute("aria-valuetext", says);
    drawing.setAttribute("aria-label", says);
  };
  input.addEventListener("input", move);
  move();
  slider.hidden = false;
}

const overview = document.querySelector(".overview");
if (overview) {
  const rows = [...overview.querySelectorAll("tbody tr")].map(row => {
    const section = document.getElementById(row.querySelector("a").hash.slice(1));
    const told = section?.querySelector(":scope > .status .novelty");
    return { row, Strength: row.querySelector(".chip").textContent, Novelty: told?.textContent ?? "not told" };
  });
  const bar = Object.assign(document.createElement("p"), { className: "filters" });
  const count = document.createElement("output");
  const choices = ["Strength", "Novelty"].map(name => {
    const label = document.createElement("label"), select = document.createElement("select");
    for (const value of ["all", ...new Set(rows.map(row => row[name]))]) select.append(new Option(value));
    label.append(`${name} `, select);
    bar.append(label, " ");
    return { name, select };
  });
  bar.append(count);
  const sift = () => {
    for (const row of rows) row.row.hidden = choices.some(({ name, select }) => ![row[name], "all"].includes(select.value));
    count.textContent = `${rows.filter(({ row }) => !row.hidden).length} of ${rows.length} claims`;
  };
  bar.addEventListener("change", sift);
  overview.before(bar);
  sift();
}

// what scrolls sideways can be reached by the keyboard; browsers differ in whether they see to that themselves
const reach = () => {
  for (const box of document.querySelectorAll("math[display=block], .wide, .statement, .overview, .settings, .evidence, .controls, .measured, .half, .picture")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }
};
addEventListener("resize", reach);
document.addEventListener("toggle", reach, true);
reach();

const unfold = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  target?.closest("details")?.setAttribute("open", "");
};
addEventListener("hashchange", unfold);
unfold();

const seen = new IntersectionObserver(changes => {
  for (const { target, isIntersecting } of changes) {
    const entry = entries.find(({ section }) => section === target);
    if (isIntersecting) entry?.item.querySelector("a").setAttribute("aria-current", "true");
    else entry?.item.querySelector("a").removeAttribute("aria-current");
  }
}, { rootMargin: "-10% 0px -80% 0px" });
for (const { section } of entries) if (section?.classList.contains("level2")) seen.observe(section);
