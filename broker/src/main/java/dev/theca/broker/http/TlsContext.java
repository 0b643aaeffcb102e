package dev.theca.broker.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * An SSLContext whose keys and settings are those of the moment: each new connection asks for them.
 * Its sockets are server sockets with all parameters set, because the HTTP server sets none.
 */
final class TlsContext extends SSLContext {
  /** What holds now. */
  record Current(SSLContext context, SSLParameters parameters) {}

  TlsContext(Supplier<Current> now, Runnable handshakeBegins) {
    this(now, handshakeBegins, now.get().context());
  }

  private TlsContext(Supplier<Current> now, Runnable handshakeBegins, SSLContext first) {
    super(new Spi(now, handshakeBegins), first.getProvider(), first.getProtocol());
  }

  private static final class Spi extends SSLContextSpi {
    private final Supplier<Current> now;
    private final Runnable handshakeBegins;

    Spi(Supplier<Current> now, Runnable handshakeBegins) {
      this.now = now;
      this.handshakeBegins = handshakeBegins;
    }

    @Override
    protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
        throws KeyManagementException {
      throw new KeyManagementException("this context is given its keys by files");
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
      return new Sockets(now.get(), handshakeBegins);
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
      return now.get().context().getServerSocketFactory();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
      var current = now.get();
      var engine = current.context().createSSLEngine();
      engine.setUseClientMode(false);
      engine.setSSLParameters(current.parameters());
      return engine;
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
      return engineCreateSSLEngine();
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
      return now.get().context().getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
      return now.get().context().getClientSessionContext();
    }

    @Override
    protected SSLParameters engineGetDefaultSSLParameters() {
      return now.get().parameters();
    }

    @Override
    protected SSLParameters engineGetSupportedSSLParameters() {
      return now.get().context().getSupportedSSLParameters();
    }
  }

  private static final class Sockets extends SSLSocketFactory {
    private final Current current;
    private final Runnable handshakeBegins;

    Sockets(Current current, Runnable handshakeBegins) {
      this.current = current;
      this.handshakeBegins = handshakeBegins;
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
        throws IOException {
      handshakeBegins.run();
      var factory = current.context().getSocketFactory();
      var tls = (SSLSocket) factory.createSocket(socket, host, port, autoClose);
      return server(tls);
    }

    @Override
    public Socket createSocket(Socket socket, java.io.InputStream consumed, boolean autoClose)
        throws IOException {
      handshakeBegins.run();
      var factory = current.context().getSocketFactory();
      return server((SSLSocket) factory.createSocket(socket, consumed, autoClose));
    }

    private SSLSocket server(SSLSocket socket) {
      socket.setUseClientMode(false);
      socket.setSSLParameters(current.parameters());
      return socket;
    }

    @Override
    public String[] getDefaultCipherSuites() {
      return current.parameters().getCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
      return current.context().getSocketFactory().getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      throw new IOException("this context accepts connections, it opens none");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
        throws IOException {
      return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      return createSocket(host.getHostAddress(), port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
        throws IOException {
      return createSocket(host.getHostAddress(), port);
    }
  }
}
