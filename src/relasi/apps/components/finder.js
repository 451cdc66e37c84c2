const finders = new WeakMap()

export default function (component) {
  const root = component.parentElement.querySelector(".root")
  let finder = finders.get(root)
  if (!finder) {
    finder = build(root)
    finders.set(root, finder)
  }
  finder.take(component)
  return () => {
    finder.leave()
    finders.delete(root)
  }
}

function build(root) {
  let component, words = {}, rows = [], at = -1, asked = 0, wait = null, eager = false, forms = false
  const opener = make("button", "opener")
  const adder = make("button", "adder", icon("add"))
  const input = make("input", "")
  const found = make("div", "found")
  const status = make("span", "hidden-text")
  const box = make("dialog", "finder", make("div", "box", icon("search"), input), found, status)
  const keys = make("dialog", "keys")
  root.replaceChildren(make("div", "bar", opener, adder), box, keys)
  opener.type = adder.type = "button"
  opener.onclick = () => open(false)
  adder.onclick = () => open(true)
  found.id = `finder-${Math.random().toString(36).slice(2)}`
  found.setAttribute("role", "listbox")
  status.setAttribute("role", "status")
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", found.id], ["aria-expanded", "true"]])
    input.setAttribute(name, value)
  input.autocomplete = "off"
  for (const dialog of [box, keys]) dialog.onclick = event => { if (event.target === dialog) dialog.close() }

  input.oninput = () => {
    clearTimeout(wait)
    wait = setTimeout(search, 140)
  }
  box.onkeydown = event => {
    event.stopPropagation()
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault()
      point(at + (event.key === "ArrowDown" ? 1 : -1))
    } else if (event.key === "Enter") {
      event.preventDefault()
      if (wait) eager = true // the first one found is meant, as soon as it is found
      else if (rows[at]) go(rows[at])
    } else if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      box.close()
    }
  }
  document.addEventListener("keydown", pressed, true)

  function pressed(event) {
    if (event.defaultPrevented || box.open) return
    const held = event.ctrlKey || event.metaKey
    if (held && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault()
      event.stopPropagation()
      if (keys.open) keys.close()
      open(false)
    } else if (!held && !event.altKey && !isTyping(event) && !keys.open) {
      if (event.key === "?") tell()
      else if (event.key === "/") open(false)
      else if (event.key === "n" && words.new) open(true)
      else return
      event.preventDefault()
    }
  }

  function isTyping(event) {
    const place = event.composedPath()[0]
    return place.closest?.("input, textarea, select, [contenteditable]") || document.querySelector("[role=dialog]")
  }

  function take(next) {
    component = next
    words = next.data.words
    opener.replaceChildren(icon("search"), make("span", "", words.search), make("kbd", "", words.key))
    opener.setAttribute("aria-keyshortcuts", "Control+K")
    adder.title = words.new
    adder.setAttribute("aria-label", words.new)
    adder.hidden = !words.new
    box.setAttribute("aria-label", words.find)
    keys.setAttribute("aria-label", words.keys)
    keys.replaceChildren(
      make("h3", "", words.keys),
      make("dl", "", ...next.data.keys.flatMap(([pressed, does]) => [
        make("dt", "", ...pressed.map(each => make("kbd", "", each))), make("dd", "", does),
      ])),
      closer(),
    )
  }

  function closer() {
    const button = make("button", "close", words.close)
    button.onclick = () => keys.close()
    return button
  }

  function tell() { keys.showModal() }

  function open(onlyForms) {
    forms = onlyForms
    input.value = ""
    input.placeholder = forms ? words.find_new : words.find
    input.setAttribute("aria-label", input.placeholder)
    draw([])
    box.showModal()
    input.focus()
    search()
  }

  async function search() {
    const mine = ++asked
    const query = new URLSearchParams({ q: input.value.trim(), at: location.pathname.slice(1), ...(forms ? { new: "1" } : {}) })
    let groups = []
    try {
      const response = await fetch(`/find?${query}`)
      if (response.ok) groups = await response.json()
    } catch { /* offline: the list says that nothing was found, what was typed stays */ }
    if (mine !== asked || !box.open) return
    wait = null
    const help = { title: words.keys, icon: "keyboard", help: true }
    const typed = input.value.trim().toLowerCase()
    if (!forms && typed && words.keys.toLowerCase().includes(typed)) groups.push({ label: words.help, rows: [help] })
    draw(groups, typed)
    if (eager && rows.length) go(rows[0])
    eager = false
  }

  function draw(groups, typed) {
    rows = groups.flatMap(group => group.rows)
    let index = 0
    found.replaceChildren(...groups.flatMap(group => [
      make("div", "group", group.label), ...group.rows.map(row => line(row, index++)),
    ]))
    const nothing = typed ? words.nothing : groups.length ? "" : " "
    if (!rows.length) found.append(make("div", "none", nothing || " "))
    status.textContent = rows.length ? String(rows.length) : nothing
    point(rows.length ? 0 : -1)
  }

  function line(row, index) {
    const element = make("a", "row", icon(row.icon), make("span", "title", row.title), row.note ? make("span", "soft", row.note) : null)
    element.id = `${found.id}-${index}`
    element.setAttribute("role", "option")
    element.tabIndex = -1
    element.href = row.path ? `/${row.path}${row.query.id ? `?${new URLSearchParams(row.query)}` : ""}` : "#"
    element.onclick = event => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return
      event.preventDefault()
      go(row)
    }
    element.onmousemove = () => { if (at !== index) point(index) }
    return element
  }

  function point(index) {
    at = rows.length ? Math.max(0, Math.min(rows.length - 1, index)) : -1
    const lines = found.querySelectorAll("[role=option]")
    lines.forEach((each, place) => each.setAttribute("aria-selected", place === at))
    if (at >= 0) {
      lines[at].scrollIntoView({ block: "nearest" })
      input.setAttribute("aria-activedescendant", lines[at].id)
    } else input.removeAttribute("aria-activedescendant")
  }

  function go(row) {
    box.close()
    if (!row.help) leaveSidebar()
    if (row.help) tell()
    else if (row.new) component.setTriggerValue("new", row.new)
    else component.setTriggerValue("open", { path: row.path, query: row.query })
  }

  return { take, leave: () => document.removeEventListener("keydown", pressed, true) }
}
