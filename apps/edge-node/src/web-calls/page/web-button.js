// What a company puts on its page: <script async src="https://node…/web-call/web-button.js" data-button="…"></script>.
// Shows the button where the script stands; everything else happens in the frame, which is the node's own page.
{
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const frame = document.createElement('iframe');
  frame.src = new URL(script.dataset.button ?? '', script.src).href;
  frame.allow = 'microphone; autoplay';
  frame.title = script.dataset.title ?? 'Call';
  frame.style.cssText = 'border: 0; width: 320px; max-width: 100%; height: 176px; color-scheme: normal';
  script.after(frame);
}
