// What a page can do beyond reading: search, colours, hover, folds that open for a link. Without it nothing is missing.
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

for (const link of document.querySelectorAll('main a[href^="#claim-"]:not(svg a)')) {
  const lead = document.getElementById(link.hash.slice(1))?.querySelector(":scope > .lead");
  if (lead) link.title = lead.textContent.trim();
}

// what scrolls sideways can be reached by the keyboard; browsers differ in whether they see to that themselves
const reach = () => {
  for (const box of document.querySelectorAll("math[display=block], .wide, .statement, .overview, .settings, .evidence, .controls, .half")) {
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
