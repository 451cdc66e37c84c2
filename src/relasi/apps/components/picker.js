const fields = new WeakMap()

export default function (component) {
  const { parentElement, data } = component
  const root = parentElement.querySelector(".root")
  let field = fields.get(root)
  if (!field) {
    field = build(root)
    fields.set(root, field)
  }
  field.take(component)
  return () => fields.delete(root)
}

function build(root) {
  let component, chosen = null, rows = [], at = -1, asked = 0, wait = null, waiting = false, eager = false, typing = false
  const caption = make("label", "name")
  const kind = make("select", "")
  const input = make("input", "")
  const clear = make("button", "", icon("close"))
  const found = make("ul", "found")
  const box = make("div", "box", kind, input, clear)
  const status = make("span", "hidden-text")
  root.replaceChildren(make("div", "field", caption, box, found, status))
  const mark = Math.random().toString(36).slice(2)
  input.id = `picker-${mark}`
  found.id = `found-${mark}`
  caption.htmlFor = input.id
  input.autocomplete = "off"
  input.setAttribute("role", "combobox")
  input.setAttribute("aria-autocomplete", "list")
  input.setAttribute("aria-controls", found.id)
  found.setAttribute("role", "listbox")
  status.setAttribute("role", "status")
  clear.type = "button"
  close()

  input.oninput = () => {
    clearTimeout(wait)
    asked++ // what was asked before is no answer to this
    typing = waiting = true
    wait = setTimeout(search, 140)
  }
  input.onfocus = () => { input.select(); search(true) }
  input.onblur = () => setTimeout(() => { close(); show() }, 120)
  clear.onclick = () => { give(null); input.focus() }
  kind.onchange = () => { give(null); input.focus() }
  input.onkeydown = event => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault()
      if (found.hidden) search(true)
      else point(at + (event.key === "ArrowDown" ? 1 : -1))
    } else if (event.key === "Enter" && waiting) {
      event.preventDefault()
      eager = true // the first one found is meant, as soon as it is found
    } else if (event.key === "Enter" && !found.hidden && rows[at]) {
      event.preventDefault()
      give(rows[at])
      close()
    } else if (event.key === "Escape" && !found.hidden) {
      event.stopPropagation()
      close()
      show()
    }
  }

  function take(next) {
    component = next
    const { data } = component
    caption.replaceChildren(data.required ? `${data.label} *` : data.label)
    input.placeholder = data.words.search
    input.setAttribute("aria-label", data.label)
    input.setAttribute("aria-required", data.required)
    kind.setAttribute("aria-label", data.words.kind)
    clear.setAttribute("aria-label", data.words.clear)
    chosen = data.value
    const before = chosen?.entity ?? kind.value
    kind.replaceChildren(...data.targets.map(target => {
      const option = make("option", "", target.label)
      option.value = target.entity
      return option
    }))
    kind.value = data.targets.some(target => target.entity === before) ? before : data.targets[0].entity
    kind.hidden = data.targets.length < 2
    if (!typing) show()
  }

  function show() {
    typing = false
    input.value = chosen?.title ?? ""
    clear.hidden = !chosen
  }

  async function search(all) {
    const mine = ++asked
    const typed = all === true ? "" : input.value.trim()
    let answer = []
    try {
      const suited = component.data.suited ? `&${component.data.suited}` : ""
      const response = await fetch(`/lookup/${kind.value}?q=${encodeURIComponent(typed)}${suited}`)
      if (response.ok) answer = await response.json()
    } catch { /* offline: the list says that nothing was found, what was typed stays */ }
    if (mine !== asked || root.getRootNode().activeElement !== input) return
    waiting = false
    rows = answer.map(row => ({ entity: kind.value, id: row.id, title: row.title }))
    found.replaceChildren(...rows.map((row, index) => {
      const line = make("li", "", row.title)
      line.id = `${found.id}-${index}`
      line.setAttribute("role", "option")
      line.onmousedown = event => { event.preventDefault(); give(row); close() }
      line.onmousemove = () => { if (at !== index) point(index) }
      return line
    }))
    if (!rows.length) found.append(make("li", "none", component.data.words.nothing))
    status.textContent = rows.length ? String(rows.length) : component.data.words.nothing
    offer(typed)
    found.hidden = false
    input.setAttribute("aria-expanded", "true")
    point(typed && rows.length && !rows[0].create ? 0 : -1)
    if (eager && rows.length && !rows[0].create) {
      give(rows[0])
      close()
    }
    eager = false
  }

  // The last line makes a record where none is meant of those that were found.
  function offer(typed) {
    const label = component.data.creates?.[kind.value]
    if (!label) return
    const row = { create: true, typed }
    const line = make("li", "create", icon("add"), typed ? `${label}: ${typed}` : label)
    line.id = `${found.id}-${found.children.length}`
    line.setAttribute("role", "option")
    line.onmousedown = event => { event.preventDefault(); give(row); close() }
    const index = rows.push(row) - 1
    line.onmousemove = () => { if (at !== index) point(index) }
    found.append(line)
  }

  function point(index) {
    at = rows.length ? Math.max(-1, Math.min(rows.length - 1, index)) : -1
    const lines = found.querySelectorAll("[role=option]")
    lines.forEach((line, place) => line.setAttribute("aria-selected", place === at))
    if (at >= 0) {
      lines[at].scrollIntoView({ block: "nearest" })
      input.setAttribute("aria-activedescendant", lines[at].id)
    } else input.removeAttribute("aria-activedescendant")
  }

  function give(value) {
    if (value?.create) {
      component.setTriggerValue("create", { entity: kind.value, typed: value.typed })
      return
    }
    chosen = value
    show()
    component.setStateValue("value", value)
  }

  function close() {
    clearTimeout(wait)
    waiting = eager = false
    asked++
    found.hidden = true
    input.setAttribute("aria-expanded", "false")
  }

  return { take }
}
