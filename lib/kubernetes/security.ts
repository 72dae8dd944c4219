/** What the Pod Security Standard `restricted` asks of a pod, and the user it runs as. */
export const podSecurity = (uid: number) => ({
  runAsNonRoot: uid !== 0,
  runAsUser: uid,
  runAsGroup: uid,
  fsGroup: uid,
  seccompProfile: { type: 'RuntimeDefault' },
});

/** What `restricted` asks of a container, and a root file system that nobody can write to. */
export const containerSecurity = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};
