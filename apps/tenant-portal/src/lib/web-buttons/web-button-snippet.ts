/** What a company puts on its page, where the button is to stand. `address`: a node's, as the centre tells it. */
export function webButtonSnippet(address: string, buttonId: string): string {
  return `<script async src="${address}/web-button.js" data-button="${buttonId}"></script>`;
}
