package dev.theca.agent;

import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * HTTP clients that follow no redirects. One that is meant for plain text trusts no certificate at
 * all: it does not read the JDK's store of authorities (a fifth of a second in a cold process), and
 * TLS with it fails.
 */
final class HttpClients {
  private static final Duration CONNECT = Duration.ofSeconds(10);

  private HttpClients() {}

  static HttpClient tls() {
    return builder().build();
  }

  static HttpClient plain() {
    try {
      var nobody = SSLContext.getInstance("TLS");
      nobody.init(null, new TrustManager[] {new Nobody()}, null);
      return builder().sslContext(nobody).build();
    } catch (GeneralSecurityException e) {
      throw new AgentFault("the JDK has no TLS", e);
    }
  }

  private static HttpClient.Builder builder() {
    return HttpClient.newBuilder()
        .connectTimeout(CONNECT)
        .followRedirects(HttpClient.Redirect.NEVER);
  }

  private static final class Nobody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("this client speaks plain text only");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("this client speaks plain text only");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
