// src/schema.ts from the server's OpenAPI document: every schema as a type, every route with what goes in and out.
//   node scripts/types.mjs           writes it
//   node scripts/types.mjs --check   fails when it is not as this would write it
import { readFileSync, writeFileSync } from 'node:fs';

const source = new URL('../../src/server/openapi.json', import.meta.url);
const target = new URL('../src/schema.ts', import.meta.url);
const api = JSON.parse(readFileSync(source, 'utf8'));

const quoted = (name) => (/^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`);
const named = (ref) => ref.split('/').at(-1);

function type(schema, depth = 0) {
  if (schema === undefined || schema === true) return 'unknown';
  if (schema.$ref) return named(schema.$ref);
  if ('const' in schema) return literal(schema.const);
  if (schema.enum) return schema.enum.map(literal).join(' | ');
  const alternatives = schema.oneOf?.filter((one) => one.type || one.$ref || one.oneOf);
  if (alternatives?.length) return alternatives.map((one) => type(one, depth)).join(' | ');
  if (Array.isArray(schema.type)) return schema.type.map((one) => type({ ...schema, type: one }, depth)).join(' | ');
  switch (schema.type) {
    case 'integer':
    case 'number':
      return 'number';
    case 'array': {
      const item = type(schema.items, depth);
      return item.includes(' ') ? `Array<${item}>` : `${item}[]`;
    }
    case 'object':
      return schema.properties ? object(schema, depth) : 'Record<string, unknown>';
    case 'string':
    case 'boolean':
    case 'null':
      return schema.format === 'binary' ? 'Blob' : schema.type;
    default:
      throw new Error(`no type for ${JSON.stringify(schema)}`);
  }
}

const literal = (value) => (typeof value === 'string' ? `'${value}'` : String(value));

function object(schema, depth) {
  const pad = '  '.repeat(depth + 1);
  const required = new Set(schema.required);
  const lines = Object.entries(schema.properties).map(([name, property]) => {
    const note = property.description ? `${pad}/** ${property.description} */\n` : '';
    return `${note}${pad}${quoted(name)}${required.has(name) ? '' : '?'}: ${type(property, depth + 1)};\n`;
  });
  return `{\n${lines.join('')}${'  '.repeat(depth)}}`;
}

function route(path, method, operation) {
  const parameters = (operation.parameters ?? []).map((one) => (one.$ref ? api.components.parameters[named(one.$ref)] : one));
  const group = (place) => ({
    type: 'object',
    required: parameters.filter((one) => one.required).map((one) => one.name),
    properties: Object.fromEntries(parameters.filter((one) => one.in === place).map((one) => [one.name, one.schema])),
  });
  const bodies = Object.entries(operation.requestBody?.content ?? {}).map(([media, content]) =>
    media === 'application/json' ? type(content.schema, 2) : 'Blob',
  );
  const success = Object.entries(operation.responses).find(([status]) => status.startsWith('2'))?.[1];
  const answer = success?.content?.['application/json'];
  const parts = [
    ['path', group('path')],
    ['query', group('query')],
  ]
    .filter(([, schema]) => Object.keys(schema.properties).length)
    .map(([name, schema]) => `    ${name}${schema.required.length ? '' : '?'}: ${type(schema, 2)};\n`);
  if (bodies.length) parts.push(`    body: ${[...new Set(bodies)].join(' | ')};\n`);
  parts.push(`    answer: ${answer ? type(answer.schema, 2) : success?.content ? 'Blob' : 'void'};\n`);
  return `  /** ${operation.summary} */\n  '${method.toUpperCase()} ${path}': {\n${parts.join('')}  };\n`;
}

const text = [
  '// Written by scripts/types.mjs from src/server/openapi.json; not to be edited. tests/web/types.mjs keeps it so.\n\n',
  ...Object.entries(api.components.schemas).map(
    ([name, schema]) => `${schema.description ? `/** ${schema.description} */\n` : ''}export type ${name} = ${type(schema)};\n\n`,
  ),
  'export interface Routes {\n',
  ...Object.entries(api.paths)
    .filter(([path]) => path.startsWith('/api/') || path === '/health')
    .flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => route(path, method, operation))),
  '}\n',
].join('');

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('web/src/schema.ts is not what src/server/openapi.json says; run: npm --prefix web run types');
    process.exit(1);
  }
  console.log('web/src/schema.ts is what src/server/openapi.json says');
} else {
  writeFileSync(target, text);
}
