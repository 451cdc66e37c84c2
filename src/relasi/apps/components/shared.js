function make(tag, className, ...children) {
  const element = document.createElement(tag)
  if (className) element.className = className
  for (const child of children) if (child !== null && child !== undefined) element.append(child)
  return element
}

function icon(name) {
  const element = make("span", "icon", name)
  element.setAttribute("aria-hidden", "true")
  return element
}

function badge({ text, color }) {
  return make("span", `badge ${color ?? ""}`, text)
}

// On a phone the sidebar lies over the page: whoever has chosen something in it wants to see that.
function leaveSidebar() {
  if (innerWidth <= 768) document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click()
}

// A link that stays inside the app; with a modifier key it opens a tab like any other link.
function inner(link, text, go) {
  const element = make("a", "", text)
  element.href = link.href
  element.onclick = event => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return
    event.preventDefault()
    event.stopPropagation()
    go(link)
  }
  return element
}

const BLOCKS = { heading: ["h4", null], list: ["ul", "li"], steps: ["ol", "li"], quote: ["blockquote", "div"], paragraph: ["p", "div"] }
const LOOKS = { strong: "strong", emphasis: "em", code: "code" }

// Marked-up text: plain data in, elements with text out.
function rich(blocks) {
  const piece = ({ text, look, href }) =>
    href ? show({ text, href }) : look ? make(LOOKS[look], "", text) : text
  return make("div", "rich", ...blocks.map(({ kind, lines }) => {
    const [outer, inner] = BLOCKS[kind]
    return make(outer, "", ...lines.flatMap(line => inner ? [make(inner, "", ...line.map(piece))] : line.map(piece)))
  }))
}

// Parts by their place, and those that were made last by the key of their field: Streamlit's own key is another one
// each time that a place is made. A module may be loaded anew while its parts live on.
const { parts, latest } = globalThis.relasi ??= { parts: new WeakMap(), latest: new Map() }

// A part of the page that keeps files, made by `build` once for each place. A page that is drawn anew while something
// is on its way, or that has not heard yet what became of it, goes on with the part that sent it.
function standing(component, build) {
  const { data } = component
  const root = component.parentElement.querySelector(".root")
  let part = parts.get(root)
  if (part) part.take(component)
  else {
    const before = latest.get(data.key)
    const goesOn = before && (before.isSending() || data.value.some(file => file.arriving))
    part = goesOn ? before : build()
    root.replaceChildren(part.field)
    parts.set(root, part)
    latest.set(data.key, part)
    part.take(component)
    if (goesOn) part.tell()
  }
  return () => parts.delete(root)
}

// The name of a field and the sentence below it, both empty elements until they are told what to say.
function named() {
  const caption = make("span", "name"), help = make("p", "help")
  const tell = data => {
    caption.textContent = data.required ? `${data.label} *` : data.label
    help.textContent = data.help
    help.hidden = !data.help
  }
  return { caption, help, tell }
}

// Sends one file; gives {file}, or {message} that says why it was not taken.
async function post(data, body, name) {
  try {
    const response = await fetch(`${data.upload}?name=${encodeURIComponent(name)}`, { method: "POST", body })
    const answer = await response.json()
    return response.ok ? { file: answer } : { message: answer.message }
  } catch {
    return { message: data.words.failed }
  }
}

// Opens in a tab of its own: a picture is drawn there, everything else is downloaded.
function fileLink(href, className, ...children) {
  const link = make("a", className, ...children)
  link.href = href
  link.target = "_blank"
  link.rel = "noopener"
  link.onclick = event => event.stopPropagation()
  return link
}

function attached(file) {
  if (!file.pictured)
    return fileLink(file.href, "attached", icon(file.shown ? "image" : "draft"), file.name, make("span", "note", file.note))
  const image = make("img", "")
  image.src = `${file.href}?small=1`
  image.alt = file.name
  image.loading = "lazy"
  return fileLink(file.href, "picture", image)
}

function show(value, go) {
  if (value.files) return make("span", "files", ...value.files.map(attached))
  if (value.links) return make("span", "chips", ...value.links.map(each => make("span", "chip", show(each, go))))
  if (value.blocks) return rich(value.blocks)
  if (value.badges) return make("span", "", ...value.badges.map(badge))
  if (value.link) return inner(value.link, value.text, go)
  if (value.href) {
    const element = make("a", "", value.text)
    element.href = value.href
    if (!value.href.startsWith("mailto:") && !value.href.startsWith("tel:")) {
      element.target = "_blank"
      element.rel = "noopener noreferrer"
    }
    element.onclick = event => event.stopPropagation()
    return element
  }
  if (value.rest) return make("span", "", value.text, folded(value.rest))
  return make("span", value.soft ? "soft" : "", value.text)
}

function folded({ label, text }) {
  return make("details", "rest", make("summary", "", label), make("div", "text", text))
}
