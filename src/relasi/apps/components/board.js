// Columns of cards. A card goes to another column by mouse, by touch at its button, with Shift and an arrow, or by the
// menu of that button. Where it cannot go it is told why, and nothing is asked of the server.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root")
  const kept = root.kept ??= { chosen: null, focused: null }
  kept.focused = root.getRootNode().activeElement?.closest(".card")?.dataset.id ?? kept.focused
  const columns = new Map(data.columns.map(each => [each.key, each]))
  const go = link => setTriggerValue("open", { entity: link.entity, id: link.id })
  const status = make("p", "status")
  status.setAttribute("role", "status")
  const board = make("div", "columns")
  board.append(...data.columns.map(column))
  const help = make("p", "hidden-text", data.words.help)
  help.id = "help"
  root.replaceChildren(choice(), board, status, help)
  if (!columns.has(kept.chosen)) kept.chosen = (data.columns.find(each => each.cards.length) ?? data.columns[0]).key
  choose(kept.chosen)
  kept.watch?.disconnect()
  if (kept.focused && !refocus()) {
    kept.watch = new MutationObserver(() => refocus() && kept.watch.disconnect())
    kept.watch.observe(document.body, { attributeFilter: ["inert"], childList: true, subtree: true })
  }

  // To the card that was moved last, once no dialog needs the keyboard.
  function refocus() {
    if (document.querySelector("[role=dialog]")) return false
    const card = board.querySelector(`[data-id="${CSS.escape(kept.focused)}"] a`)
    card?.focus()
    if (card && root.getRootNode().activeElement !== card) return false
    kept.focused = null
    return true
  }

  function choice() {
    const buttons = data.columns.map(({ key, label, count }) => {
      const button = make("button", "", label, make("span", "count", count))
      button.type = "button"
      button.dataset.key = key
      button.onclick = () => choose(key)
      return button
    })
    return make("div", "choice", ...buttons)
  }

  function choose(key) {
    kept.chosen = key
    for (const each of root.querySelectorAll(".choice button")) each.setAttribute("aria-pressed", each.dataset.key === key)
    for (const each of board.children) each.classList.toggle("chosen", each.dataset.key === key)
  }

  function column({ key, label, color, count, sum, more, cards }) {
    const heading = make("h3", "", badge({ text: label, color }))
    const head = make("header", "", heading, make("span", "count", count), sum ? make("span", "sum", sum) : null)
    const list = make("ol", "", ...cards.map(each => card(each, key)))
    const section = make("section", `column ${cards.length ? "" : "empty"}`, head, list)
    section.dataset.key = key
    section.setAttribute("aria-label", label)
    if (more) {
      const button = make("button", "more", data.words.more)
      button.type = "button"
      button.onclick = () => setTriggerValue("more", key)
      list.append(make("li", "", button))
    }
    return section
  }

  function card(record, from) {
    const title = inner(record.link, record.title || data.words.untitled, go)
    title.setAttribute("aria-describedby", "help")
    const facts = record.facts.map(({ label, value, is_bare }) => {
      const shown = make("div", "fact", is_bare ? make("span", "soft", `${label} `) : null, show(value, go))
      shown.title = label
      return shown
    })
    const element = make("li", "card", make("div", "title", title, ...tools(record, from)), make("div", "facts", ...facts))
    element.dataset.id = record.id
    element.onkeydown = event => key(event, element, record, from)
    if (moves(record)) {
      element.classList.add("moves")
      draggable(element, board, {
        over: below => told(below && columnOf(below), record, from),
        drop: below => put(element, record, from, columnOf(below)?.dataset.key),
      })
    }
    return element
  }

  function moves(record) {
    return record.open.length + Object.keys(record.closed).length > 0
  }

  function tools(record, from) {
    if (!moves(record)) return []
    const button = make("button", "move handle", icon("swap_horiz"))
    button.type = "button"
    button.title = data.words.move
    button.setAttribute("aria-label", `${data.words.move}: ${record.title}`)
    button.setAttribute("aria-haspopup", "menu")
    button.onclick = () => menu(button, record, from)
    return [button]
  }

  function columnOf(element) {
    return element.closest(".column")
  }

  function why(record, to) {
    return record.open.includes(to) ? "" : record.closed[to] || data.words.closed
  }

  // While a card is on its way: which columns take it, and why the one below it does not.
  function told(below, record, from) {
    for (const each of board.children) {
      each.classList.toggle("takes", below !== null && record.open.includes(each.dataset.key))
      each.classList.toggle("refuses", below !== null && each.dataset.key !== from && !record.open.includes(each.dataset.key))
      each.classList.toggle("below", each === below)
    }
    say(below && below.dataset.key !== from ? why(record, below.dataset.key) : "")
  }

  function say(text) {
    if (status.textContent !== text) status.textContent = text
    status.classList.toggle("shown", text !== "")
  }

  function put(element, record, from, to) {
    if (to === undefined || to === from || element.classList.contains("waiting")) return say("")
    const reason = why(record, to)
    if (reason) return say(reason)
    const target = board.querySelector(`[data-key="${CSS.escape(to)}"]`)
    target.classList.remove("empty")
    target.querySelector("ol").prepend(element)
    element.classList.add("waiting")
    kept.focused = record.id
    say("")
    setTriggerValue("drop", { id: record.id, version: record.version, to })
  }

  function key(event, element, record, from) {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[event.key]
    if (event.key.toLowerCase() === "m" && moves(record) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault()
      return menu(element.querySelector(".move"), record, from)
    }
    if (!step || event.ctrlKey || event.metaKey || event.altKey || event.target.closest(".menu")) return
    event.preventDefault()
    const isAside = event.key === "ArrowLeft" || event.key === "ArrowRight"
    if (event.shiftKey && isAside && moves(record)) aside(element, record, from, step)
    else if (isAside) focusColumn(element, step)
    else (step < 0 ? element.previousElementSibling : element.nextElementSibling)?.querySelector("a, button")?.focus()
  }

  // To the nearest column on that side that takes it.
  function aside(element, record, from, step) {
    const keys = [...columns.keys()]
    const side = step > 0 ? keys.slice(keys.indexOf(from) + 1) : keys.slice(0, keys.indexOf(from)).reverse()
    if (side.length) put(element, record, from, side.find(to => record.open.includes(to)) ?? side[0])
  }

  function focusColumn(element, step) {
    const all = [...board.children], place = [...element.parentElement.children].indexOf(element)
    for (let at = all.indexOf(columnOf(element)) + step; all[at]; at += step) {
      const cards = all[at].querySelectorAll(".card")
      if (cards.length) return cards[Math.min(place, cards.length - 1)].querySelector("a").focus()
    }
  }

  function menu(button, record, from) {
    const items = data.columns.filter(each => each.key !== from && (record.open.includes(each.key) || record.closed[each.key]))
    const list = make("div", "menu", ...items.map(({ key, label }) => {
      const reason = why(record, key)
      const item = make("button", reason ? "shut" : "", label, reason ? make("span", "soft", reason) : null)
      item.type = "button"
      item.setAttribute("role", "menuitem")
      item.setAttribute("aria-disabled", reason !== "")
      item.onclick = () => reason ? say(reason) : (close(), put(button.closest(".card"), record, from, key))
      return item
    }))
    list.setAttribute("role", "menu")
    const box = button.getBoundingClientRect()
    Object.assign(list.style, { top: `${box.bottom + 4}px`, right: `${Math.max(8, innerWidth - box.right)}px` })
    root.append(list)
    const low = list.getBoundingClientRect().bottom - innerHeight + 8
    if (low > 0) list.style.top = `${Math.max(8, box.bottom + 4 - low)}px`
    const outside = event => event.composedPath().includes(list) || close()
    setTimeout(() => window.addEventListener("pointerdown", outside))
    list.onkeydown = event => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
      const all = [...list.children], at = all.indexOf(root.getRootNode().activeElement)
      if (step) all[(at + step + all.length) % all.length]?.focus()
      if (event.key === "Escape" || event.key === "Tab") close(), button.focus()
      if (step || event.key === "Escape") event.preventDefault()
      event.stopPropagation()
    }
    list.querySelector("button")?.focus()

    function close() {
      window.removeEventListener("pointerdown", outside)
      list.remove()
    }
  }
}
