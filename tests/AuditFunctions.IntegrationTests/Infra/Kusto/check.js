// Checks queries with Kusto's own language service.
// In: {"tables": {"name": {"column": "type"}}, "queries": {"name": "text"}}. Out: {"name": ["Error KS142: ... at 'text'"]}.
'use strict';

require('@kusto/language-service-next/bridge.min.js');
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');

const { Kusto } = globalThis;
const { TableSymbol, DatabaseSymbol } = Kusto.Language.Symbols;

function listed(list) {
  return Array.from({ length: list.Count }, (_, at) => list.getItem(at));
}

function globalsOf(tables) {
  const schema = (columns) => `(${Object.entries(columns).map(([name, type]) => `${name}: ${type}`).join(', ')})`;
  const symbols = Object.entries(tables).map(([name, columns]) => new TableSymbol.$ctor7(name, schema(columns), null));
  return Kusto.Language.GlobalState.Default.WithDatabase(new DatabaseSymbol.ctor('logs', symbols));
}

function findings(text, globals) {
  const code = Kusto.Language.KustoCode.ParseAndAnalyze(text, globals);
  const service = new Kusto.Language.Editor.KustoCodeService.ctor(code);
  const all = [...listed(code.GetDiagnostics()), ...listed(service.GetAnalyzerDiagnostics(true))];
  return all.map((found) => `${found.Severity} ${found.Code}: ${found.Message} at '${text.substr(found.Start, found.Length)}'`);
}

const chunks = [];
process.stdin.on('data', (chunk) => chunks.push(chunk));
process.stdin.on('end', () => {
  const { tables, queries } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  const globals = globalsOf(tables);
  const found = Object.entries(queries).map(([name, text]) => [name, findings(text, globals)]);
  process.stdout.write(JSON.stringify(Object.fromEntries(found)));
});
