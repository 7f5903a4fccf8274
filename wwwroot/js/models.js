// Copies the text of an element when a button is clicked, and says so on the button for two seconds.
export function attachCopy(button, source) {
  const label = button.textContent;
  let timer = 0;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = 'Copied';
    } catch {
      // Without permission the user can still press Ctrl+C.
      getSelection().selectAllChildren(source);
      button.textContent = 'Press Ctrl+C';
    }
    clearTimeout(timer);
    timer = setTimeout(() => { button.textContent = label; }, 2000);
  };
  button.addEventListener('click', copy);
  return {
    dispose() {
      clearTimeout(timer);
      button.removeEventListener('click', copy);
    },
  };
}
