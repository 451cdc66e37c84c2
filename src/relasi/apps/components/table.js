export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root")
  const go = link => setTriggerValue("open", { entity: link.entity, id: link.id })
  const head = make("tr", "", ...data.columns.map((column, index) => heading(column, index)))
  const body = make("tbody", "", ...data.rows.map(row))
  const table = make("table", "", make("thead", "", head), body, data.totals ? make("tfoot", "", totals(data.totals)) : null)
  table.setAttribute("aria-label", data.label)
  root.replaceChildren(table)

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
    const text = value.text || data.untitled
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
    const cells = record.cells.map((value, index) => {
      const column = data.columns[index]
      const place = index === 0 ? "first" : column.leading ? "second" : ""
      const empty = value.text === "" && !value.badges ? "empty" : ""
      const cell = make("td", `${place} ${empty} ${column.right ? "right" : ""} ${column.short ? "short" : ""}`)
      cell.append(make("span", "label", column.label))
      cell.append(index === 0 ? first(record, value) : show(value, go))
      return cell
    })
    const line = make("tr", "", ...cells)
    if (!record.link) return line
    line.className = "opens"
    line.onclick = event => {
      if (event.target.closest("a")) return
      if (parentElement.getSelection?.()?.toString() || getSelection().toString()) return
      go(record.link)
    }
    return line
  }
}
