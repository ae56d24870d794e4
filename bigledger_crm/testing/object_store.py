"""An object store with the API of S3 on this machine, for tests: moto's server, which keeps objects in memory."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from bigledger_crm.testing.mail_server import free_port
from bigledger_crm.testing.product import wait_for

REGION = "ap-southeast-1"
ACCESS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


class ObjectStore:
    """A running store; its buckets are made by `make`."""

    def __init__(self, port: int) -> None:
        self.endpoint = f"http://127.0.0.1:{port}"
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        self.client = boto3.client("s3", region_name=REGION, endpoint_url=self.endpoint, **keys)

    def make(self, bucket: str) -> str:
        """Makes a bucket; its URL for FILES_URL and BACKUP_URL, with a folder in it."""
        self.client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        return f"s3://{bucket}/crm?region={REGION}&endpoint={self.endpoint}"

    def names(self, bucket: str) -> list[str]:
        """The names of all objects of a bucket."""
        found = self.client.list_objects_v2(Bucket=bucket)
        return [one["Key"] for one in found.get("Contents", [])]

    def answers(self) -> bool:
        """Whether it can be asked."""
        try:
            self.client.list_buckets()
        except (BotoCoreError, ClientError):  # nobody listens yet, or not yet well
            return False
        return True


@contextlib.contextmanager
def running_object_store() -> Iterator[ObjectStore]:
    """Runs until the context ends."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)])
    try:
        store = ObjectStore(port)
        wait_for(store.answers, 60)
        yield store
    finally:
        process.kill()
        process.wait(60)
