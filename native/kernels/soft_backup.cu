// Soft backups by storage type.
#include "kernels/soft_backup.h"
#include "kernels/typed_kernels.h"

namespace gibbs::kernels {

GIBBS_TYPED_KERNELS(gibbs_soft_backup, SoftBackupParameters, kScopeWarps* int(kWarp), soft_backup)

}  // namespace gibbs::kernels
