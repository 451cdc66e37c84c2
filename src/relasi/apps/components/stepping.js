// Opening another page is one step back. Streamlit makes two of it: the old page with the query of the new one, which
// nobody has seen, and then the new page.
const stepOnce = () => {
  const push = history.pushState.bind(history)
  let onTheWay = false
  for (const done of ["pointerdown", "keydown", "popstate"]) {
    addEventListener(done, () => { onTheWay = false }, true)
  }
  history.pushState = (state, unused, address) => {
    const next = new URL(address, location.href)
    const isOther = next.pathname !== location.pathname
    if (isOther && onTheWay && next.search === location.search) history.replaceState(state, unused, address)
    else push(state, unused, address)
    onTheWay = !isOther
  }
}
