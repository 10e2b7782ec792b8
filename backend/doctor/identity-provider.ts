import { paths } from '../../protocol/api/routes.ts';
import { endsSoon } from './certificate.ts';
import { type Finding, findingsOf } from './finding.ts';
import { discoveryUrl, type IdentityProviderFacts, isSafe, isSame, type Metadata } from './identity-provider-probe.ts';

const { ok, warning, wrong } = findingsOf('identity provider');

/** Whether people can sign in, as far as it shows without one of them. @param now epoch ms */
export function judgeIdentityProvider(facts: IdentityProviderFacts, now: number): Finding[] {
  const { client, discovery, metadata } = facts;
  const { issuer } = client;
  if (!isSafe(issuer))
    return [wrong(`The issuer ${issuer} must begin with https://: its answers decide who people are.`)];
  if ('why' in discovery)
    return [wrong(`${issuer} cannot be reached: ${discovery.why}; check the name, the network and the proxy.`)];
  if (discovery.status !== 200 || !metadata)
    return [
      wrong(
        `${discoveryUrl(issuer)} is no OpenID configuration (HTTP ${discovery.status}); check identityProvider.issuer.`,
      ),
    ];
  if (!isSame(metadata.issuer, issuer))
    return [
      wrong(`The provider calls itself ${metadata.issuer}, not ${issuer}: write identityProvider.issuer exactly so.`),
    ];
  const troubles = [...judgeMetadata(metadata, client.clientAuthentication), ...judgeClient(facts)];
  const soon = endsSoon(facts.certificateEnd, now);
  if (soon) troubles.push(warning(`The certificate of ${issuer} ${soon}.`));
  if (troubles.some(({ verdict }) => verdict === 'wrong')) return troubles;
  const takes = facts.tokenError === 'invalid_grant' ? ' and takes our client' : '';
  return [
    ok(`${issuer} answers${takes}; the redirect address of the client must be ${client.publicUrl}${paths.callback}`),
    ...troubles,
  ];
}

function judgeMetadata(metadata: Metadata, authentication: 'basic' | 'post'): Finding[] {
  const findings: Finding[] = [];
  const endpoints = ['authorization_endpoint', 'token_endpoint', 'jwks_uri', 'userinfo_endpoint'] as const;
  for (const name of endpoints) {
    const url = metadata[name];
    if (url !== undefined && !isSafe(url))
      findings.push(wrong(`The provider's ${name} is not https (${url}); have it mended there.`));
  }
  const { response_types_supported, code_challenge_methods_supported, token_endpoint_auth_methods_supported } =
    metadata;
  if (response_types_supported && !response_types_supported.includes('code'))
    findings.push(wrong('The provider offers no authorization code flow (response type "code"); switch it on there.'));
  if (code_challenge_methods_supported && !code_challenge_methods_supported.includes('S256'))
    findings.push(wrong('The provider does not know PKCE with S256; switch it on there.'));
  const method = `client_secret_${authentication}`;
  // Left out means "client_secret_basic" (OpenID Connect Discovery §3).
  if (!(token_endpoint_auth_methods_supported ?? ['client_secret_basic']).includes(method))
    findings.push(
      wrong(
        `The provider does not take the secret by ${method}; write identityProvider.clientAuthentication: ${authentication === 'basic' ? 'post' : 'basic'}.`,
      ),
    );
  return findings;
}

function judgeClient({ client, keys, tokenError, signInStatus }: IdentityProviderFacts): Finding[] {
  const findings: Finding[] = [];
  if (keys === undefined)
    findings.push(wrong('The list of the provider’s keys (jwks_uri) cannot be read; have it mended there.'));
  else if (keys === 0)
    findings.push(wrong('The provider publishes no key: nothing that it signs can be checked; have it mended there.'));
  const redirect = `${client.publicUrl}${paths.callback}`;
  if (tokenError === 'invalid_client')
    findings.push(
      wrong(
        `The provider refuses the client "${client.clientId}" or its secret: compare both, and clientAuthentication, with what it shows.`,
      ),
    );
  else if (tokenError === 'unauthorized_client')
    findings.push(wrong(`The client "${client.clientId}" may not use authorization codes; allow it at the provider.`));
  else if (tokenError !== 'invalid_grant')
    findings.push(warning('Whether the provider takes the client secret cannot be told; sign in once to see.'));
  if (signInStatus !== undefined && signInStatus >= 400)
    findings.push(
      warning(
        `The provider's sign-in page answers HTTP ${signInStatus}: check that the client's redirect address is ${redirect}`,
      ),
    );
  return findings;
}
