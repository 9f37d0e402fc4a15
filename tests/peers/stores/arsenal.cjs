// Asks Arsenal, the rules of Zenko, about documents: one JSON object a line, `{"Xml", "Keys"}`.
// Prints `{"Accepted", "Error", "Buckets"}` for each, with the destination buckets of each key.
// `NODE_PATH` has xml2js and uuid, `ARSENAL` is the unpacked package @scality/arsenal.
const Module = require('module');
const path = require('path');
const readline = require('readline');
const { parseString } = require('xml2js');

// The routes need a whole server, and a configuration asks them only about the names of buckets,
// which are right in all documents here.
const load = Module._load;
Module._load = (name, ...rest) =>
    name.endsWith('/routesUtils') ? { isValidBucketName: () => true } : load(name, ...rest);
const file = path.join(process.env.ARSENAL, 'build/lib/models/ReplicationConfiguration.js');
const Configuration = require(file).default;

const server = {
    replicationEndpoints: [{ site: 'STANDARD', default: true }, { site: 'STANDARD_IA' }],
    locationConstraints: {},
};

function answer({ Xml, Keys }) {
    let parsed;
    parseString(Xml, (error, document) => { parsed = error ? null : document; });
    if (!parsed) {
        return { Accepted: false, Error: 'MalformedXML' };
    }
    const configuration = new Configuration(parsed, console, server);
    const error = configuration.parseConfiguration();
    if (error) {
        return { Accepted: false, Error: `${error.message}: ${error.description}` };
    }
    const read = configuration.getReplicationConfiguration();
    const buckets = Keys.map(key => {
        const backends = Configuration.resolveBackends(read, key, () => false);
        return [...new Set(backends.map(backend => backend.destination))].sort();
    });
    return { Accepted: true, Buckets: buckets };
}

readline.createInterface({ input: process.stdin }).on('line', line => {
    let result;
    try {
        result = answer(JSON.parse(line));
    } catch (error) {
        result = { Accepted: false, Error: `exception: ${error.message}` };
    }
    console.log(JSON.stringify(result));
});
