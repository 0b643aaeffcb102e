package dev.theca.node;

import dev.theca.linux.ChildProcess;
import dev.theca.node.control.ControlSocket;
import dev.theca.node.control.ShimCalls;
import dev.theca.node.pod.Pods;
import dev.theca.node.runc.Runc;
import dev.theca.node.snapshot.SnapshotServer;
import dev.theca.node.task.TaskService;
import dev.theca.wire.initdata.InitData;
import dev.theca.wire.launch.LaunchClient;
import dev.theca.wire.ttrpc.TtrpcServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CountDownLatch;
import jdk.net.ExtendedSocketOptions;

/** Puts the daemon's parts together and runs them until asked to end. */
final class Daemon {
  private Daemon() {}

  static int run(String[] args) {
    if (args.length != 2 || !args[0].equals("--config")) {
      System.err.println("usage: --config FILE");
      return 64;
    }
    try {
      serve(NodeConfig.read(Path.of(args[1])));
      return 0;
    } catch (IOException | RuntimeException e) {
      System.err.println("stage=start outcome=fault reason=\"" + e + "\"");
      e.printStackTrace();
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private static void serve(NodeConfig config) throws IOException, InterruptedException {
    folder(config.run());
    folder(config.state());
    ChildProcess.inheritOrphans();
    var runc = new Runc(config.runc(), config.runcRoot());
    var pods = new Pods(setup(config, runc));
    pods.removeLeftovers();
    var tasks = new TaskService(pods);
    var stop = new CountDownLatch(1);
    var done = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> endAndWait(stop, done)));
    try (var _ =
            SnapshotServer.start(
                config.snapshotSocket(),
                config.state().resolve("snapshots"),
                config.content(),
                config.remoteAll());
        var _ =
            TtrpcServer.start(
                config.taskSocket(),
                tasks.handlers(),
                peer ->
                    peer.getOption(ExtendedSocketOptions.SO_PEERCRED)
                        .user()
                        .getName()
                        .equals("root"));
        var _ =
            ControlSocket.listen(
                config.socket(), new ShimCalls(tasks, config.taskSocket(), runc))) {
      System.out.println("{\"state\":\"ready\"}");
      System.out.flush();
      stop.await();
      pods.removeAll();
    } finally {
      done.countDown();
    }
  }

  private static Pods.Setup setup(NodeConfig config, Runc runc) throws IOException {
    var platform = new LaunchClient(config.simulatorSocket());
    byte[] initData = Files.readAllBytes(config.initData());
    Path kept = config.run().resolve("init-data.toml");
    Files.write(kept, initData);
    Path empty = config.run().resolve("empty");
    Files.write(empty, new byte[0]);
    return new Pods.Setup(
        config.run(),
        config.state(),
        config.launcher(),
        runc,
        pauseRoot(config),
        empty,
        platform,
        config.agentBundle(),
        platform.importBundle(config.agentBundle()).orThrow(),
        config.appBundle(),
        platform.importBundle(config.appBundle()).orThrow(),
        kept,
        InitData.parse(initData).orThrow().configIdHex());
  }

  private static Path pauseRoot(NodeConfig config) throws IOException {
    Path root = config.state().resolve("pause");
    for (String folder : new String[] {"dev", "proc", "sys", "etc", "run", "tmp"})
      Files.createDirectories(root.resolve(folder));
    Files.copy(config.pause(), root.resolve("pause"), StandardCopyOption.REPLACE_EXISTING);
    Files.setPosixFilePermissions(
        root.resolve("pause"), PosixFilePermissions.fromString("rwxr-xr-x"));
    return root;
  }

  private static void folder(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
  }

  private static void endAndWait(CountDownLatch stop, CountDownLatch done) {
    stop.countDown();
    try {
      if (!done.await(30, java.util.concurrent.TimeUnit.SECONDS))
        System.err.println("stage=stop outcome=timeout");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
