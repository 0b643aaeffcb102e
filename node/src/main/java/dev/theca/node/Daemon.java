package dev.theca.node;

import dev.theca.linux.ChildProcess;
import dev.theca.node.control.ControlSocket;
import dev.theca.node.control.ShimCalls;
import dev.theca.node.pod.Pods;
import dev.theca.node.runc.Runc;
import dev.theca.node.snapshot.SnapshotServer;
import dev.theca.node.task.TaskService;
import dev.theca.wire.initdata.InitData;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.launch.LaunchClient;
import dev.theca.wire.service.Service;
import dev.theca.wire.ttrpc.TtrpcServer;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import jdk.net.ExtendedSocketOptions;

/** Puts the daemon's parts together and runs them until asked to end. */
final class Daemon {
  private Daemon() {}

  /** The keys of the configuration are those of {@link NodeConfig}. */
  static Service.Running start(JsonObject toml) throws IOException {
    NodeConfig config = NodeConfig.of(toml);
    folder(config.run());
    folder(config.state());
    ChildProcess.inheritOrphans();
    var runc = new Runc(config.runc(), config.runcRoot());
    var pods = new Pods(setup(config, runc));
    pods.removeLeftovers();
    var tasks = new TaskService(pods);
    var snapshots =
        SnapshotServer.start(
            config.snapshotSocket(),
            config.state().resolve("snapshots"),
            config.content(),
            config.remoteAll());
    var service = TtrpcServer.start(config.taskSocket(), tasks.handlers(), Daemon::isRoot);
    var control =
        ControlSocket.listen(config.socket(), new ShimCalls(tasks, config.taskSocket(), runc));
    return new Service.Running(
        JsonObject.builder().put("socket", config.socket().toString()).build(),
        () -> {
          control.close();
          pods.removeAll();
          service.close();
          snapshots.close();
        });
  }

  private static boolean isRoot(SocketChannel peer) throws IOException {
    return peer.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName().equals("root");
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
}
