// Lets an element be dragged: by mouse wherever it is taken, by touch at its handle, so that a finger still scrolls.
// `over` hears of the element below the pointer, and of null in the end; `drop` of the one where it was let go.
function draggable(element, scroller, { over, drop }) {
  element.addEventListener("dragstart", event => event.preventDefault())
  element.addEventListener("pointerdown", down => {
    const taken = down.pointerType === "mouse" ? !down.target.closest("button") : down.target.closest(".handle")
    if (down.button || !taken) return
    let ghost = null
    const listeners = { pointermove: move, pointerup: () => finish(true), pointercancel: () => finish(false), keydown: escape }

    function lift() {
      const box = element.getBoundingClientRect()
      ghost = element.cloneNode(true)
      ghost.classList.add("ghost")
      Object.assign(ghost.style, { left: `${box.left}px`, top: `${box.top}px`, width: `${box.width}px` })
      element.classList.add("lifted")
      element.parentElement.append(ghost)
    }

    let below = null
    function move(event) {
      const [x, y] = [event.clientX - down.clientX, event.clientY - down.clientY]
      if (!ghost && Math.hypot(x, y) < 6) return
      if (!ghost) lift()
      event.preventDefault()
      ghost.style.transform = `translate(${x}px, ${y}px)`
      below = element.getRootNode().elementFromPoint(event.clientX, event.clientY)
      const edges = scroller.getBoundingClientRect()
      if (event.clientX > edges.right - 48) scroller.scrollLeft += 14
      if (event.clientX < edges.left + 48) scroller.scrollLeft -= 14
      over(below)
    }

    function escape(event) {
      if (event.key === "Escape") finish(false)
    }

    function finish(dropped) {
      for (const [name, listener] of Object.entries(listeners)) window.removeEventListener(name, listener)
      if (!ghost) return
      ghost.remove()
      element.classList.remove("lifted")
      const swallow = event => (event.preventDefault(), event.stopPropagation())
      window.addEventListener("click", swallow, { capture: true, once: true })
      setTimeout(() => window.removeEventListener("click", swallow, { capture: true }))
      over(null)
      if (dropped && below) drop(below)
    }

    for (const [name, listener] of Object.entries(listeners)) window.addEventListener(name, listener)
  })
}
