// The vendor's quick start, with the endpoint as its base URL; one JSON line an event.
// Usage: node quickstart.mjs BASE_URL manual FILE.pcm | node quickstart.mjs BASE_URL url STREAM

import * as fs from "node:fs";
import {
  AudioFormat,
  CommitStrategy,
  ElevenLabsClient,
  RealtimeEvents,
} from "@elevenlabs/elevenlabs-js";

const [baseUrl, mode, source] = process.argv.slice(2);
const elevenlabs = new ElevenLabsClient({ apiKey: "local", baseUrl });
const isManual = mode === "manual";

const connection = await elevenlabs.speechToText.realtime.connect({
  modelId: "scribe_v2_realtime",
  includeTimestamps: true,
  ...(isManual
    ? { audioFormat: AudioFormat.PCM_16000, sampleRate: 16000 }
    : { url: source, commitStrategy: CommitStrategy.VAD }),
});

function report(event) {
  return (data) => console.log(JSON.stringify({ event, data }));
}

connection.on(RealtimeEvents.SESSION_STARTED, (data) => {
  report("started")(data);
  if (isManual) sendAudio();
});
connection.on(RealtimeEvents.PARTIAL_TRANSCRIPT, report("partial"));
connection.on(RealtimeEvents.COMMITTED_TRANSCRIPT, report("committed"));
connection.on(RealtimeEvents.COMMITTED_TRANSCRIPT_WITH_TIMESTAMPS, (data) => {
  report("timed")(data);
  connection.close();
});
connection.on(RealtimeEvents.ERROR, (error) => report("error")(String(error?.error ?? error)));
connection.on(RealtimeEvents.CLOSE, report("closed"));

function sendAudio() {
  const chunkSize = 32000;
  const audio = fs.readFileSync(source);
  for (let start = 0; start < audio.length; start += chunkSize) {
    const chunk = audio.subarray(start, start + chunkSize);
    connection.send({ audioBase64: chunk.toString("base64"), sampleRate: 16000 });
  }
  connection.commit();
}
