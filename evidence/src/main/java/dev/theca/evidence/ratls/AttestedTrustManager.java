package dev.theca.evidence.ratls;

import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Lets TLS ask for evidence; names of hosts and dates of certificates are not looked at. */
final class AttestedTrustManager extends X509ExtendedTrustManager {
  private final RaTls peers;

  AttestedTrustManager(RaTls peers) {
    this.peers = peers;
  }

  private void check(X509Certificate[] chain) throws CertificateException {
    if (chain.length == 0) throw new CertificateException("the peer has no certificate");
    try {
      chain[0].verify(chain[0].getPublicKey());
    } catch (GeneralSecurityException e) {
      throw new CertificateException("the peer's certificate is not signed by its own key", e);
    }
    if (peers.judge(chain[0].getEncoded())
        instanceof Outcome.Refused<RaTlsCertificate>(var reasons))
      throw new CertificateException(
          reasons.stream().map(Refusal::toString).collect(Collectors.joining("; ")));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
