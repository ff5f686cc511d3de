// Buttons that copy the text of an element: <button data-copy="#id" hidden>.

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.querySelector(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
      say(button, "Copied");
    } catch {
      // Without the clipboard (plain http, or not allowed) the text is selected, ready for Ctrl+C.
      getSelection().selectAllChildren(source);
      say(button, "Selected");
    }
  });
}

function say(button, word) {
  button.dataset.label ??= button.textContent;
  button.textContent = word;
  button.setAttribute("aria-live", "polite");
  clearTimeout(Number(button.dataset.timer));
  button.dataset.timer = setTimeout(() => { button.textContent = button.dataset.label; }, 2000);
}
