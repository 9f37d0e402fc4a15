//! The processes as children of the client.

use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use crate::shared::Error;

/// The longest time that the cluster may take to start, or an executor to begin with its work.
const PATIENCE: Duration = Duration::from_mins(1);

/// A scheduler and two executors, which end with this value.
#[derive(Debug)]
pub(crate) struct Cluster {
    port: u16,
    _scheduler: Child,
    executors: [Executor; 2],
    _folder: TempDir,
}

#[derive(Debug)]
struct Executor {
    process: Child,
    /// The folder of its results.
    folder: PathBuf,
}

impl Cluster {
    /// Starts the processes, and waits until they listen.
    pub(crate) async fn start(configuration: &str) -> Result<Self, Error> {
        let folder = tempfile::tempdir()?;
        let port = free_port()?;
        let scheduler = spawn(&["--scheduler", &port.to_string(), configuration])?;
        listens(port).await?;
        let first = Executor::start(&folder.path().join("1"), port, configuration).await?;
        let second = Executor::start(&folder.path().join("2"), port, configuration).await?;
        Ok(Self { port, _scheduler: scheduler, executors: [first, second], _folder: folder })
    }

    /// Returns the address of the scheduler.
    pub(crate) fn url(&self) -> String {
        format!("df://127.0.0.1:{}", self.port)
    }

    /// Waits until the second executor has written a part of a result, and kills it.
    pub(crate) async fn kill_busy_executor(&mut self) -> Result<(), Error> {
        let [_, executor] = &mut self.executors;
        let begins = async {
            while !has_file(&executor.folder)? {
                sleep(Duration::from_millis(1)).await;
            }
            io::Result::Ok(())
        };
        timeout(PATIENCE, begins).await.map_err(|_| "the second executor does not work")??;
        executor.process.kill().await?;
        eprintln!("the second executor is killed");
        Ok(())
    }
}

impl Executor {
    async fn start(folder: &Path, scheduler: u16, configuration: &str) -> Result<Self, Error> {
        std::fs::create_dir_all(folder)?;
        let (port, grpc) = (free_port()?, free_port()?);
        let ports = [port, grpc, scheduler].map(|port| port.to_string());
        let [port_text, grpc_text, scheduler_text] = &ports;
        let name = folder.to_string_lossy();
        let arguments = ["--executor", port_text, grpc_text, scheduler_text, &*name, configuration];
        let process = spawn(&arguments)?;
        listens(port).await?;
        Ok(Self { process, folder: folder.to_owned() })
    }
}

/// Starts this program in another role.
fn spawn(arguments: &[&str]) -> io::Result<Child> {
    Command::new(std::env::current_exe()?).args(arguments).kill_on_drop(true).spawn()
}

/// Returns a port on which nothing listens now.
fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// Waits until a process listens on a port.
async fn listens(port: u16) -> Result<(), Error> {
    let connects = async {
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    Ok(timeout(PATIENCE, connects).await.map_err(|_| format!("nothing listens on port {port}"))?)
}

/// Returns true if there is a file anywhere in a folder.
fn has_file(folder: &Path) -> io::Result<bool> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_file() || has_file(&entry.path())? {
            return Ok(true);
        }
    }
    Ok(false)
}
