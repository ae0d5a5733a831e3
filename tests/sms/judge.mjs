// Judges and makes signatures with the provider's own library. Stdin: [{"token", "url", "params", "signature"?}]; stdout: for
// each the signature it expects, and whether the one given is valid.
import twilio from 'twilio';

let text = '';
for await (const piece of process.stdin) text += piece;
const answers = JSON.parse(text).map(({ token, url, params, signature }) => ({
  expected: twilio.getExpectedTwilioSignature
    ? twilio.getExpectedTwilioSignature(token, url, params)
    : null,
  valid: signature === undefined ? null : twilio.validateRequest(token, signature, url, params),
}));
console.log(JSON.stringify(answers));
