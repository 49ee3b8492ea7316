// Makes the audits of graphql-http on the server at an address, with a bearer token; started where it is installed.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { auditServer } = createRequire(join(process.cwd(), 'package.json'))('graphql-http');
const [url] = process.argv.slice(2);
const authorization = process.env.AUTHORIZATION;
const results = await auditServer({
  url,
  fetchFn: (to, init = {}) => fetch(to, { ...init, headers: { ...init.headers, authorization } }),
});
console.log(JSON.stringify(results.map(({ id, name, status, reason }) => ({ id, name, status, reason }))));
