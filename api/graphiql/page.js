// The page on which developers try the service. The token comes behind the # of the address, which no server and no log sees.
"use strict";

const given = new URLSearchParams(location.hash.slice(1));
history.replaceState(null, "", location.pathname);

const EXAMPLE = `# Ctrl-Enter asks. What may be asked stands in the documentation, behind the book on the left.
query ThreatList {
  threatList(first: 3) {
    nodes {
      dyadId
      suspectId
      suspectName { ... on Known { text } ... on Withheld { says } }
      score
      band
    }
    about { asOf caution }
  }
}
`;

function ask(parameters, { headers = {} } = {}) {
  return fetch("/graphql", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/graphql-response+json", ...headers },
    body: JSON.stringify(parameters),
  }).then((response) => response.json());
}

const headers = JSON.stringify({ Authorization: `Bearer ${given.get("token") ?? "paste what clew token prints"}` }, null, 1);

ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, {
    fetcher: ask,
    defaultQuery: EXAMPLE,
    headers,
    isHeadersEditorEnabled: true,
    shouldPersistHeaders: false,
    // Nothing that was asked stays in the browser.
    storage: { length: 0, getItem: () => null, setItem() {}, removeItem() {}, clear() {} },
  }),
);
