import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';

export interface Sighting {
  readonly method: string;
  readonly url: string;
  /** Bytes of the request's body. */
  bodyBytes: number;
}

export interface RecordingProxy {
  readonly url: string;
  /** Everything that went over the wire, in order: of the page, its workers, its service worker and the browser. */
  readonly sightings: Sighting[];
  close(): Promise<void>;
}

/** Stands between the browser and the network, sees every request, and lets through only those to `origin`. */
export async function recordingProxy(origin: string): Promise<RecordingProxy> {
  const sightings: Sighting[] = [];

  const pass = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const { method = 'GET', url = '', headers } = incoming;
    const sighting: Sighting = { method, url, bodyBytes: 0 };
    sightings.push(sighting);
    incoming.on('data', (chunk: Buffer) => (sighting.bodyBytes += chunk.length));
    if (!url.startsWith(origin)) {
      incoming.resume();
      outgoing.writeHead(403).end();
      return;
    }
    const onward = forward(url, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.writeHead(502).end());
    incoming.pipe(onward);
  };

  const server = createServer(pass);
  server.on('connect', (incoming, socket) => {
    sightings.push({ method: 'CONNECT', url: incoming.url ?? '', bodyBytes: 0 });
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    sightings,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
