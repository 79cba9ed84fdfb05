// Completes a bill of materials: node build/bill.js IN OUT [PACKAGE@VERSION...]
// Adds the packages that are named: the runtime in a self-contained file, which no project refers to. Leaves out what only took part in the
// build.
'use strict';

const fs = require('node:fs');

const [from, to, ...packages] = process.argv.slice(2);
const bill = JSON.parse(fs.readFileSync(from, 'utf8'));

bill.components = bill.components.filter(component => component.scope !== 'excluded');
const root = bill.metadata.component['bom-ref'];
for (const named of packages) {
  const [name, version] = named.split('@');
  const purl = `pkg:nuget/${name}@${version}`;
  const licenses = [{ license: { id: 'MIT' } }];
  bill.components.push({ type: 'library', 'bom-ref': purl, name, version, scope: 'required', purl, licenses });
  bill.dependencies.find(dependency => dependency.ref === root).dependsOn.push(purl);
  bill.dependencies.push({ ref: purl, dependsOn: [] });
}

// Nothing may refer to what was left out.
const known = new Set([root, ...bill.components.map(component => component['bom-ref'])]);
bill.dependencies = bill.dependencies
  .filter(dependency => known.has(dependency.ref))
  .map(dependency => ({ ...dependency, dependsOn: (dependency.dependsOn ?? []).filter(ref => known.has(ref)) }));
if (bill.components.length < 10) {
  throw new Error(`'${from}' names only ${bill.components.length} packages: it was not made from a restored project.`);
}

fs.writeFileSync(to, JSON.stringify(bill, null, 2) + '\n');
