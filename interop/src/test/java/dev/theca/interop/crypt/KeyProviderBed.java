package dev.theca.interop.crypt;

import dev.theca.image.crypt.AgentWrap;
import dev.theca.image.crypt.KekFolder;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A key provider that listens, with keys in a folder. */
abstract class KeyProviderBed {
  static final String OPTIONS =
      "{\"symkey\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"digest\":\"sha256:"
          + "ab".repeat(32)
          + "\",\"cipheroptions\":{\"nonce\":\"AAAAAAAAAAAAAAAAAAAAAA==\"}}";

  @TempDir Path folder;
  KekFolder keys;
  KeyProviderServer server;
  MultiThreadIoEventLoopGroup group;
  ManagedChannel channel;

  @BeforeEach
  void start() {
    keys = new KekFolder(folder.resolve("keks"));
    server =
        KeyProviderServer.start(
            0, KeyProvider.wrappingAndUnwrapping(keys, keys, AgentWrap.Form.V2));
    group =
        new MultiThreadIoEventLoopGroup(
            1, Thread.ofPlatform().daemon().factory(), NioIoHandler.newFactory());
    channel = channel(server.port());
  }

  ManagedChannel channel(int port) {
    return NettyChannelBuilder.forAddress("127.0.0.1", port)
        .eventLoopGroup(group)
        .channelType(NioSocketChannel.class)
        .usePlaintext()
        .build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
    var unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
