import java.nio.file.Path;
import java.util.Map;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.configuration.connectors.BoltConnector;
import org.neo4j.configuration.connectors.HttpConnector;
import org.neo4j.configuration.helpers.SocketAddress;
import org.neo4j.harness.Neo4jBuilders;

/** In: a folder, two free ports, a password. Out: Neo4j on loopback, Bolt and HTTP, until standard input closes. */
class Neo4jServer {
    public static void main(String[] arguments) throws Exception {
        try (var server = Neo4jBuilders.newInProcessBuilder(Path.of(arguments[0]))
                .withConfig(BoltConnector.listen_address, new SocketAddress("127.0.0.1", Integer.parseInt(arguments[1])))
                .withConfig(HttpConnector.enabled, true)
                .withConfig(HttpConnector.listen_address, new SocketAddress("127.0.0.1", Integer.parseInt(arguments[2])))
                .withConfig(GraphDatabaseSettings.auth_enabled, true)
                .build()) {
            server.databaseManagementService().database("system").executeTransactionally(
                    "ALTER USER neo4j SET PASSWORD $password CHANGE NOT REQUIRED", Map.of("password", arguments[3]));
            System.out.println("ready");
            System.in.read();
            Runtime.getRuntime().halt(0); // its data is thrown away, so nothing has to be closed
        }
    }
}
