const kept = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root")
  // What lives longer than one drawing: ticks that the page has not heard of yet, the cell that has the focus, and what
  // is being typed into one.
  const state = kept.get(root) ?? { ticked: new Map(), focus: null, editing: null, givenUp: null }
  kept.set(root, state)
  const go = link => setTriggerValue("open", { entity: link.entity, id: link.id })
  const cells = new Map()
  const chosen = data.chosen && new Set(data.chosen)
  const whole = chosen && tick(data.words.choose_page, on => pick(data.rows.map(row => row.id), on))
  const boxes = new Map()
  const head = make("tr", "", chosen && make("th", "tick", whole), ...data.columns.map(heading))
  const body = make("tbody", "", ...data.rows.map(row))
  const table = make("table", "", make("thead", "", head), body, data.totals ? make("tfoot", "", totals(data.totals)) : null)
  table.setAttribute("aria-label", data.label)
  state.drawing = true // what was drawn before loses the focus now, which is no reason to save it
  root.replaceChildren(table)
  state.drawing = false
  if (chosen) settle()
  goOn()

  function heading(column) {
    const cell = make("th", column.right ? "right" : "")
    cell.scope = "col"
    if (!column.sortable) {
      cell.append(column.label)
      return cell
    }
    const button = make("button", "", column.label)
    button.type = "button"
    button.onclick = () => setTriggerValue("sort", column.name)
    if (column.sorted) {
      cell.setAttribute("aria-sort", column.sorted)
      button.append(icon(column.sorted === "descending" ? "arrow_downward" : "arrow_upward"))
    }
    cell.append(button)
    return cell
  }

  function first(record, value) {
    const text = value.text || record.title || data.untitled
    return record.link ? inner(record.link, text, go) : make("span", "", text)
  }

  function totals({ label, cells }) {
    return make("tr", "", ...cells.map((text, index) => {
      const column = data.columns[index]
      const cell = make("td", `${column.right ? "right" : ""} ${text || index === 0 ? "" : "empty"}`)
      cell.append(make("span", "label", column.label), text || (index === 0 ? label : ""))
      return cell
    }))
  }

  function row(record) {
    const drawn = record.cells.map((value, index) => {
      const column = data.columns[index]
      const place = index === 0 ? "first" : column.leading ? "second" : ""
      const empty = value.text === "" && !value.badges ? "empty" : ""
      const cell = make("td", `${place} ${empty} ${column.right ? "right" : ""} ${column.short ? "short" : ""}`)
      cell.append(make("span", "label", column.label))
      cell.append(index === 0 ? first(record, value) : show(value, go))
      if (value.message) cell.append(make("span", `message said ${value.mild ? "mild" : ""}`, value.message))
      if (column.editor) edits(cell, record, column, value)
      return cell
    })
    if (chosen) drawn.unshift(make("td", "tick", make("label", "", ticker(record))))
    const line = make("tr", "", ...drawn)
    if (!record.link) return line
    line.className = "opens"
    line.onclick = event => {
      if (event.target.closest("a, input, select, textarea, .tick")) return
      if (parentElement.getSelection?.()?.toString() || getSelection().toString()) return
      clearTimeout(state.opening)
      const cell = event.target.closest("td")
      // A second click on a cell that can be changed means the cell, not the record.
      if (cell?.dataset.name) state.opening = setTimeout(() => go(record.link), 230)
      else go(record.link)
    }
    return line
  }

  function tick(label, told) {
    const box = make("input", "")
    box.type = "checkbox"
    box.setAttribute("aria-label", label)
    box.onchange = () => told(box.checked)
    return box
  }

  function ticker(record) {
    const box = tick(`${data.words.choose_row} ${record.cells[0].text}`, on => pick([record.id], on))
    boxes.set(record.id, box)
    return box
  }

  function pick(ids, on) {
    for (const id of ids) state.ticked.set(id, on)
    settle()
    setTriggerValue("choose", [...state.ticked])
  }

  function settle() {
    for (const [id, on] of state.ticked) if (chosen.has(id) === on) state.ticked.delete(id)
    for (const [id, box] of boxes) {
      box.checked = state.ticked.get(id) ?? chosen.has(id)
      box.closest("tr").classList.toggle("chosen", box.checked)
    }
    const on = [...boxes.values()].filter(box => box.checked).length
    whole.checked = on > 0 && on === boxes.size
    whole.indeterminate = on > 0 && on < boxes.size
  }

  function edits(cell, record, column, value) {
    const place = `${record.id}.${column.name}`
    const failed = data.failed?.place === place && data.failed.mark !== state.givenUp ? data.failed : null
    cells.set(place, { cell, record, column, value, failed })
    cell.dataset.name = column.name
    cell.tabIndex = cells.size === 1 ? 0 : -1
    cell.classList.add("editable")
    cell.classList.toggle("failed", Boolean(failed))
    cell.ondblclick = event => {
      event.preventDefault()
      clearTimeout(state.opening)
      getSelection().removeAllRanges()
      begin(place)
    }
    cell.onfocus = () => { state.focus = place }
    cell.onkeydown = event => {
      if (event.target !== cell) return
      const to = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key]
      if (to) focus(beside(place, ...to))
      else if (event.key === "F2" || event.key === "Enter") begin(place)
      else return
      event.preventDefault()
      event.stopPropagation()
    }
  }

  function beside(place, down, right) {
    const names = data.columns.filter(column => column.editor).map(column => column.name)
    const ids = data.rows.map(record => record.id)
    const { record, column } = cells.get(place)
    let line = ids.indexOf(record.id) + down, index = names.indexOf(column.name) + right
    if (index < 0 || index >= names.length) {
      line += Math.sign(right)
      index = (index + names.length) % names.length
    }
    return ids[line] ? `${ids[line]}.${names[index]}` : null
  }

  function focus(place) {
    if (cells.has(place)) cells.get(place).cell.focus()
  }

  function begin(place, typed) {
    const { cell, record, column, value, failed } = cells.get(place)
    const { field, read } = editor(column, typed ?? failed?.typed ?? value.raw)
    const before = [...cell.childNodes]
    const message = failed && make("span", "message", failed.message)
    state.editing = { place, read, before: value.raw }
    cell.classList.add("editing")
    cell.replaceChildren(before[0], field, message ?? "")
    field.setAttribute("aria-label", column.label)
    field.focus()
    field.select?.()

    const end = () => {
      state.editing = null
      cell.classList.remove("editing")
      cell.replaceChildren(...before)
    }
    const save = () => {
      const entered = read()
      end()
      if (entered === value.raw) return
      cell.classList.add("saving")
      cell.replaceChildren(before[0], column.editor.options?.find(each => each.value === entered)?.label ?? entered)
      const version = failed?.version ?? record.version
      setTriggerValue("save", { id: record.id, version, name: column.name, typed: entered })
    }
    field.onkeydown = event => {
      event.stopPropagation()
      const areaLine = event.key === "Enter" && event.shiftKey && column.editor.kind === "area"
      if (event.isComposing || areaLine) return
      const next = event.key === "Enter" ? beside(place, 1, 0) : event.key === "Tab" ? beside(place, 0, event.shiftKey ? -1 : 1) : null
      if (event.key === "Enter" || (event.key === "Tab" && next)) {
        event.preventDefault()
        save()
        if (event.key === "Tab") begin(next)
        else focus(next ?? place)
      } else if (event.key === "Escape" || event.key === "F2") {
        event.preventDefault()
        state.givenUp = failed?.mark ?? state.givenUp
        cell.classList.remove("failed")
        end()
        focus(place)
      }
    }
    field.onblur = () => { if (!state.drawing && state.editing?.place === place) save() }
  }

  function editor({ editor: { kind, options } }, typed) {
    const field = make(kind === "select" ? "select" : kind === "area" ? "textarea" : "input", "")
    if (kind === "select") {
      field.append(...options.map(({ value, label }) => {
        const option = make("option", "", label)
        option.value = value
        return option
      }))
    } else if (kind === "area") field.rows = 3
    else field.type = kind
    field.value = typed
    return { field, read: () => field.value }
  }

  // After a new drawing: what was being typed is typed on, and what could not be saved is said where it was typed.
  function goOn() {
    const open = state.editing
    if (open && cells.has(open.place)) {
      const typed = open.read()
      state.editing = null
      begin(open.place, typed)
    } else if (data.failed && data.failed.mark !== state.givenUp && cells.has(data.failed.place) && data.failed.mark !== state.shown) {
      state.shown = data.failed.mark
      begin(data.failed.place)
    } else if (state.focus && root.getRootNode().host === document.activeElement) focus(state.focus)
    else if (state.focus && document.activeElement === document.body) focus(state.focus)
  }
}
