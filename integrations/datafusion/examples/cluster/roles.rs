//! The processes of the cluster.

use std::sync::Arc;

use ballista_core::registry::BallistaFunctionRegistry;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::start_server;
use datafusion::execution::{SessionState, SessionStateBuilder};
use datafusion::prelude::SessionConfig;
use s3_replication_datafusion::{Configurations, functions};

use crate::shared::Error;

const HOST: &str = "127.0.0.1";

/// Creates a session state that knows the functions.
pub(crate) fn state(config: SessionConfig, configurations: &Configurations) -> SessionState {
    let mut builder = SessionStateBuilder::new_with_default_features().with_config(config);
    builder.scalar_functions().get_or_insert_default().extend(functions(configurations));
    builder.build()
}

/// Schedules until the process is killed. A silent executor counts as lost after some seconds.
pub(crate) async fn scheduler(port: u16, configurations: Configurations) -> Result<(), Error> {
    let config = SchedulerConfig {
        bind_host: HOST.to_owned(),
        external_host: HOST.to_owned(),
        bind_port: port,
        executor_timeout_seconds: 4,
        expire_dead_executor_interval_seconds: 1,
        override_session_builder: Some(Arc::new(move |config| Ok(state(config, &configurations)))),
        ..SchedulerConfig::default()
    };
    let cluster = BallistaCluster::new_from_config(&config).await?;
    start_server(cluster, format!("{HOST}:{port}").parse()?, Arc::new(config)).await?;
    Ok(())
}

/// The ports of an executor.
#[derive(Debug)]
pub(crate) struct Ports {
    pub(crate) flight: u16,
    pub(crate) grpc: u16,
    pub(crate) scheduler: u16,
}

/// Executes tasks until the process is killed. The results of tasks are files in a folder.
pub(crate) async fn executor(
    ports: &Ports,
    folder: &str,
    configurations: Configurations,
) -> Result<(), Error> {
    let registry = BallistaFunctionRegistry::from(&state(SessionConfig::new(), &configurations));
    let config = ExecutorProcessConfig {
        bind_host: HOST.to_owned(),
        port: ports.flight,
        grpc_port: ports.grpc,
        scheduler_host: HOST.to_owned(),
        scheduler_port: ports.scheduler,
        scheduler_connect_timeout_seconds: 30,
        vcores: 1,
        work_dir: Some(folder.to_owned()),
        executor_heartbeat_interval_seconds: 1,
        override_function_registry: Some(Arc::new(registry)),
        ..ExecutorProcessConfig::default()
    };
    start_executor_process(Arc::new(config)).await?;
    Ok(())
}
