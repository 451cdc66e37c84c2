const lists = new WeakMap()

// The colleagues whose names begin with what was typed behind an @ in the text box above.
export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".root")
  let list = lists.get(root)
  if (!list) {
    list = build(root)
    lists.set(root, list)
  }
  list.take(data)
  return () => { list.leave(); lists.delete(root) }
}

const BEGUN = /(?<![\p{L}\p{N}_.@])@([\p{L}\p{N}_.+-]*)$/u

function build(root) {
  let data, area = null, rows = [], at = -1, asked = 0, wait = null
  const found = make("ul", "found"), status = make("span", "hidden-text")
  root.replaceChildren(found, status)
  found.setAttribute("role", "listbox")
  status.setAttribute("role", "status")
  found.hidden = true
  // The box may be made anew at any time, so whatever is typed on the page is looked at.
  const heard = { input: typed, keydown: pressed, focusout: left }
  for (const name in heard) document.addEventListener(name, heard[name], true)

  function typed(event) {
    if (!event.target.closest?.(`.${data.area}`) || event.target.tagName !== "TEXTAREA") return
    area = event.target
    clearTimeout(wait)
    asked++ // what was asked before is no answer to this
    if (begun() === null) close()
    else wait = setTimeout(search, 140)
  }

  function begun() {
    const match = area.value.slice(0, area.selectionStart).match(BEGUN)
    return match && area.selectionStart === area.selectionEnd ? match[1] : null
  }

  async function search() {
    const mine = ++asked, words = begun()
    let answer = []
    try {
      const response = await fetch(`/mention?${data.asks}&q=${encodeURIComponent(words)}`)
      if (response.ok) answer = await response.json()
    } catch { /* offline: what was typed stays */ }
    if (mine !== asked || document.activeElement !== area) return
    rows = answer
    found.replaceChildren(...rows.map((row, index) => {
      const line = make("li", "", make("span", "", row.full), make("span", "soft", ` @${row.name}`))
      line.setAttribute("role", "option")
      line.onpointerdown = event => event.preventDefault() // the box keeps the caret
      line.onclick = () => give(row)
      line.onmousemove = () => { if (at !== index) point(index) }
      return line
    }))
    found.hidden = !rows.length
    point(rows.length ? 0 : -1)
  }

  function pressed(event) {
    if (found.hidden || event.target !== area || event.isComposing) return
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) point((at + step + rows.length) % rows.length)
    else if (event.key === "Enter" || event.key === "Tab") give(rows[at])
    else if (event.key === "Escape") close()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  function point(index) {
    at = index
    const lines = [...found.children]
    lines.forEach((line, place) => line.setAttribute("aria-selected", place === at))
    lines[at]?.scrollIntoView({ block: "nearest" })
    status.textContent = lines[at] ? lines[at].textContent : ""
  }

  function give(row) {
    const end = area.selectionStart, begin = end - begun().length
    area.setRangeText(`${row.name} `, begin, end, "end")
    area.dispatchEvent(new InputEvent("input", { bubbles: true }))
    close()
  }

  function left(event) {
    if (event.target === area) close()
  }

  function close() {
    clearTimeout(wait)
    asked++
    found.hidden = true
    status.textContent = ""
  }

  return {
    take(next) { data = next },
    leave() {
      clearTimeout(wait)
      for (const name in heard) document.removeEventListener(name, heard[name], true)
    },
  }
}
